internal import NIOCore

/// The lines that wait for their acknowledgement, in the order in which they were entered. Each keeps its
/// `client_id` however often it is sent, so the server stores it once.
package struct Outbox: Sendable {
    package struct Entry: Hashable, Sendable {
        package let clientID: String
        package let content: String
        package var replyTo: String?
        package var threadID: String?
        /// When it was sent on this connection, in milliseconds; `nil` while it waits.
        var sentAt: Int64?
    }

    /// How many lines may be sent and not yet acknowledged.
    package static let window = 16

    private var entries = CircularBuffer<Entry>()
    /// Not before this time may anything be sent again.
    private var holdsUntil: Int64?
    private var refusals = 0

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    mutating func append(clientID: String, content: String, replyTo: String? = nil, threadID: String? = nil) {
        entries.append(Entry(clientID: clientID, content: content, replyTo: replyTo, threadID: threadID))
    }

    /// The entries to send now; they count as sent.
    mutating func takeSendable(now: Int64) -> [Entry] {
        let underWay = entries.count { $0.sentAt != nil }
        if let holdsUntil {
            // A line may have been refused while a later one is under way: that one's answer comes first, else the
            // two could be stored in the wrong order.
            guard now >= holdsUntil, underWay == 0 else { return [] }
            self.holdsUntil = nil
        }
        var taken: [Entry] = []
        for index in entries.indices where entries[index].sentAt == nil {
            guard underWay + taken.count < Self.window else { break }
            entries[index].sentAt = now
            taken.append(entries[index])
        }
        return taken
    }

    /// - Returns: whether it was one of ours.
    mutating func acknowledged(_ clientID: String) -> Bool {
        refusals = 0
        return remove(clientID) != nil
    }

    /// The server cannot take it now. It and everything behind it is sent again, in order.
    mutating func refusedForNow(_ clientID: String, retryAt: Int64?, now: Int64) {
        guard let index = entries.firstIndex(where: { $0.clientID == clientID }) else { return }
        entries[index].sentAt = nil
        if holdsUntil == nil { refusals += 1 }
        let pause = Backoff.milliseconds(attempt: refusals, first: 500, longest: 10_000)
        holdsUntil = max(holdsUntil ?? 0, retryAt ?? now + pause)
    }

    /// The server will never take it.
    mutating func refused(_ clientID: String) -> Entry? { remove(clientID) }

    /// The connection is gone: what was under way may or may not be stored.
    mutating func disconnected() {
        for index in entries.indices { entries[index].sentAt = nil }
        holdsUntil = nil
        refusals = 0
    }

    /// When something has to happen next; `nil` when nothing waits for a time.
    func nextDeadline(answerLimit: Int64) -> Int64? {
        // While something is under way, its answer ends the hold, not the time.
        entries.lazy.compactMap(\.sentAt).min().map { $0 + answerLimit } ?? holdsUntil
    }

    /// Whether a line has been without an answer for longer than that.
    func isOverdue(now: Int64, answerLimit: Int64) -> Bool {
        entries.contains { entry in entry.sentAt.map { now - $0 >= answerLimit } ?? false }
    }

    /// Whether it is one of ours.
    func holds(_ clientID: String) -> Bool { entries.contains { $0.clientID == clientID } }

    private mutating func remove(_ clientID: String) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.clientID == clientID }) else { return nil }
        return entries.remove(at: index)
    }
}
