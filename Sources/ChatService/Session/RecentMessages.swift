import BSON
import Chat
import DequeModule
import NIOCore

/// A room's newest messages, each with its JSON, so that joining the room and reading its newest pages costs the
/// database nothing. A value without I/O.
struct RecentMessages {
    private struct Entry {
        let message: Message
        let json: ByteBuffer
    }

    private var entries: Deque<Entry> = []
    private let capacity: Int
    /// The first message that the room has at all.
    private let firstSeq: Int64

    init(capacity: Int, firstSeq: Int64) {
        self.capacity = capacity
        self.firstSeq = firstSeq
    }

    /// - Parameter message: the one that follows the newest.
    mutating func append(_ message: Message, json: ByteBuffer) {
        if entries.count == capacity { entries.removeFirst() }
        entries.append(Entry(message: message, json: json))
    }

    mutating func removeAll() {
        entries = []
    }

    /// The newest messages as JSON, oldest first.
    func newest(_ limit: Int) -> [ByteBuffer] {
        entries.suffix(limit).map(\.json)
    }

    /// A page, oldest first, or nil when it is not all here.
    func page(at position: HistoryPosition, limit: Int) -> (messages: [ByteBuffer], nextBeforeID: ObjectID?)? {
        let end: Int
        switch position {
        case .newest:
            end = entries.count
        case .before(let id):
            guard let place = place(of: id) else { return nil }
            end = place
        case .after:
            return nil
        }
        let start = max(end - limit, 0)
        guard end - start == limit || reachesBeginning else { return nil }
        let first = start < end ? entries[start].message : nil
        let isBeginning = first.map { $0.seq <= firstSeq } ?? true
        return (entries[start..<end].map(\.json), isBeginning ? nil : first?.id)
    }

    /// Whether nothing older is stored.
    private var reachesBeginning: Bool {
        entries.first.map { $0.message.seq <= firstSeq } ?? true
    }

    /// Ids grow with the place.
    private func place(of id: ObjectID) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].message.id < id { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].message.id == id ? low : nil
    }
}
