import BSON
import Chat
import DequeModule
import NIOCore

/// A room's newest changes, each with its message as JSON, for those who come back. A value without I/O.
struct RecentChanges {
    private struct Entry {
        let rev: Int64
        let message: Message
        let json: ByteBuffer
    }

    static let standardCapacity = 100

    private var entries: Deque<Entry> = []
    /// How many are kept; more for a while after older ones were asked for.
    private var capacity = RecentChanges.standardCapacity

    var oldestRev: Int64? { entries.first?.rev }

    mutating func resize(_ capacity: Int) {
        self.capacity = capacity
        if entries.count > capacity { entries.removeFirst(entries.count - capacity) }
    }

    /// Adds older changes before the oldest.
    ///
    /// - Parameter changes: in order; what does not reach up to what is here is left out.
    mutating func prepend(_ changes: [AppliedChange], last: Int64) {
        for applied in changes.reversed() where applied.change.rev + 1 == oldestRev ?? (last + 1) {
            entries.prepend(
                Entry(rev: applied.change.rev, message: applied.message, json: applied.message.json()))
        }
    }

    mutating func append(_ applied: AppliedChange, json: ByteBuffer) {
        if entries.count >= capacity { entries.removeFirst() }
        entries.append(Entry(rev: applied.change.rev, message: applied.message, json: json))
    }

    /// The messages that changed behind `rev`, as they are now; nil when not all are here.
    ///
    /// - Parameter last: the room's last change.
    func newest(after rev: Int64, last: Int64) -> [ObjectID: Message]? {
        guard rev < last else { return [:] }
        guard let oldest = entries.first?.rev, oldest <= rev + 1 else { return nil }
        let changed = entries.reversed().prefix { $0.rev > rev }.map { ($0.message.id, $0.message) }
        return Dictionary(changed, uniquingKeysWith: { newest, _ in newest })
    }

    /// The messages that changed behind `rev`, each once and as it is now; nil when not all are here.
    ///
    /// - Parameters:
    ///   - last: the room's last change.
    ///   - first: changes of older messages are left out.
    func messages(after rev: Int64, last: Int64, from first: Int64 = 1) -> [ByteBuffer]? {
        guard rev < last else { return [] }
        guard let oldest = entries.first?.rev, oldest <= rev + 1 else { return nil }
        var seen: Set<ObjectID> = []
        let newest = entries.reversed().prefix { $0.rev > rev }.filter {
            $0.message.seq >= first && seen.insert($0.message.id).inserted
        }
        return newest.reversed().map(\.json)
    }
}
