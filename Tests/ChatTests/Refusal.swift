import Chat

/// The error that the body throws; nil when it throws none.
func refusal<Value>(_ body: () throws(ChatError) -> Value) -> ChatError? {
    do throws(ChatError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
