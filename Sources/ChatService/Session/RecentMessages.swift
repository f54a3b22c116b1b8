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
    /// How many are kept; more for a while after older ones were asked for.
    private(set) var capacity: Int
    /// The first message that the room has at all.
    private var firstSeq: Int64

    init(capacity: Int, firstSeq: Int64) {
        self.capacity = capacity
        self.firstSeq = firstSeq
    }

    /// The oldest message that is here; nil when none is.
    var oldestSeq: Int64? { entries.first?.message.seq }

    /// - Parameter message: the one that follows the newest.
    mutating func append(_ message: Message, json: ByteBuffer) {
        if entries.count >= capacity { entries.removeFirst() }
        entries.append(Entry(message: message, json: json))
    }

    /// Adds older messages before the oldest.
    ///
    /// - Parameter messages: in order and without a hole; what is here already, or does not reach up to it, is left out.
    mutating func prepend(_ messages: [Message]) {
        for message in messages.reversed() where message.seq + 1 == oldestSeq {
            entries.prepend(Entry(message: message, json: message.json()))
        }
    }

    /// Takes a message as it is now in the place of what it was; not here, nothing happens.
    mutating func replace(_ message: Message, json: ByteBuffer) {
        if let place = place(of: message.id) { entries[place] = Entry(message: message, json: json) }
    }

    /// A message that is here.
    func message(_ id: ObjectID) -> Message? {
        place(of: id).map { entries[$0].message }
    }

    var newestMessage: Message? { entries.last?.message }

    /// Older messages than this one are no longer there.
    mutating func raiseFirst(_ seq: Int64) {
        firstSeq = max(firstSeq, seq)
        while let first = entries.first, first.message.seq < firstSeq { entries.removeFirst() }
    }

    /// Changes how many are kept from now on.
    mutating func resize(_ capacity: Int) {
        self.capacity = capacity
        if entries.count > capacity { entries.removeFirst(entries.count - capacity) }
    }

    /// The messages behind `seq` as JSON, oldest first, or nil when they are not all here.
    func after(_ seq: Int64) -> [(seq: Int64, json: ByteBuffer)]? {
        guard let oldest = oldestSeq else { return [] }
        guard seq + 1 >= oldest else { return nil }
        return entries.dropFirst(Int(clamping: seq + 1 - oldest)).map { ($0.message.seq, $0.json) }
    }

    /// The number of the last message whose id is not greater; nil when the messages here do not tell.
    func seq(upTo id: ObjectID) -> Int64? {
        let place = entries.partitioningIndex { $0.message.id > id }
        if place > 0 { return entries[place - 1].message.seq }
        return reachesBeginning ? firstSeq - 1 : nil
    }

    /// The newest messages as JSON, oldest first.
    ///
    /// - Parameter first: older ones are left out.
    func newest(_ limit: Int, from first: Int64 = 1) -> [ByteBuffer] {
        entries.suffix(limit).drop { $0.message.seq < first }.map(\.json)
    }

    /// All that are here, oldest first.
    var messages: some Sequence<Message> { entries.lazy.map(\.message) }

    /// A page, oldest first, or nil when it is not all here.
    func page(at position: HistoryPosition, limit: Int) -> (messages: [ByteBuffer], nextBeforeID: ObjectID?)? {
        let end: Int
        switch position {
        case .newest:
            end = entries.count
        case .before(let id):
            guard let place = place(of: id) else { return nil }
            end = place
        case .after, .around:
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

    private func place(of id: ObjectID) -> Int? {
        let place = entries.partitioningIndex { $0.message.id >= id }
        return place < entries.count && entries[place].message.id == id ? place : nil
    }
}

extension Deque {
    /// The first place whose element meets the condition, which all behind it meet, too.
    fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
