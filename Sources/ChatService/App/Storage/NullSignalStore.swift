import BSON
import Chat

/// Signals for benchmarks: there is no other process.
struct NullSignalStore: SignalStore {
    func send(_ signals: [SentSignal]) async throws(ChatError) {}
    func signals(after id: ObjectID, limit: Int) async throws(ChatError) -> [SentSignal] { [] }
}
