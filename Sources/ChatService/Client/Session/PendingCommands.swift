/// Commands that wait for their answer. They are sent again after a lost connection: twice does no harm.
struct PendingCommands: Sendable {
    struct Entry: Sendable {
        let ref: String
        let command: ClientFrame.Command
        /// For the person, when it fails.
        let name: String
    }

    static let capacity = 100

    private(set) var entries: [Entry] = []
    private var count = 0

    var isEmpty: Bool { entries.isEmpty }
    var isFull: Bool { entries.count >= Self.capacity }

    mutating func add(_ command: ClientFrame.Command, name: String) -> Entry {
        count += 1
        let entry = Entry(ref: "cmd-\(count)", command: command, name: name)
        entries.append(entry)
        return entry
    }

    /// - Returns: nil when it is none of these.
    mutating func answered(_ ref: String) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.ref == ref }) else { return nil }
        return entries.remove(at: index)
    }
}
