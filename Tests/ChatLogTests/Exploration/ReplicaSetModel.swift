import Chat
import ChatLog

/// A small model of a replica set with the collections `messages` and `rooms`: a primary with two unique indexes, a
/// majority that has its log up to some point and is known to have it up to an earlier one, elections that lose what
/// the majority does not have, a primary that has not heard of the election yet, and backups.
struct ReplicaSetModel {
    /// One run of one primary.
    struct Node {
        /// Grows with every election and every start.
        let number: Int
        /// All messages that it has, in the order in which they were written.
        var log: [Message]
        /// How many of them a read at `majority` shows.
        var visible: Int
    }

    private(set) var primary = Node(number: 1, log: [], visible: 0)
    /// How many messages of the primary's log the majority has: they are not lost by elections.
    private(set) var committed = 0
    /// The primary before, which believes that it still is one. Its majority does not follow any more.
    private(set) var stale: Node?
    /// What is left of commands whose sender was told an error.
    private(set) var lateCommands: [ArraySlice<Message>] = []
    private(set) var hasSchema = true
    private(set) var missingRooms: Set<RoomID> = []
    /// Every message that the majority ever had.
    private(set) var everCommitted: Set<Message> = []
    private(set) var violations: [String] = []

    func node(_ number: Int) -> Node? {
        if number == primary.number { return primary }
        return stale?.number == number ? stale : nil
    }

    // MARK: Commands

    /// Writes one message on a node; nil when it is stored.
    mutating func insert(_ message: Message, on number: Int) -> AppendOutcome.Refusal? {
        if message.content == SharedMessages.invalidContent { return .invalid("the validator refuses it") }
        guard let node = node(number) else { return nil }
        if !hasSchema || missingRooms.contains(message.roomID) {
            violations.append("\(message.roomID) \(message.seq) was written into a database that is not the service's")
        }
        for other in node.log where other.roomID == message.roomID {
            if other.seq == message.seq || other.key == message.key { return .duplicate }
        }
        if number == primary.number { primary.log.append(message) } else { stale?.log.append(message) }
        return nil
    }

    /// Whether the majority has what a write stored last, if anything; then a read at `majority` shows it.
    mutating func acknowledge(_ last: Message?, on number: Int) -> Bool {
        guard number == primary.number else { return false }
        guard let last else { return true }
        guard let index = primary.log.lastIndex(where: { $0.id == last.id }), index < committed else { return false }
        primary.visible = max(primary.visible, index + 1)
        return true
    }

    mutating func goOnLater(with rest: ArraySlice<Message>, on number: Int) {
        if number == primary.number, !rest.isEmpty { lateCommands.append(rest) }
    }

    /// Goes on with a late command for one message. Ordered: a refusal ends it.
    mutating func continueLateCommand(_ index: Int) {
        let rest = lateCommands.remove(at: index)
        guard let first = rest.first, insert(first, on: primary.number) == nil, rest.count > 1 else { return }
        lateCommands.insert(rest.dropFirst(), at: index)
    }

    // MARK: The majority

    mutating func replicate(_ count: Int = .max) {
        let end = count < primary.log.count - committed ? committed + count : primary.log.count
        everCommitted.formUnion(primary.log[committed..<end])
        committed = end
        primary.visible = committed
    }

    /// Another member becomes primary, with what the majority has and perhaps some more.
    /// - Parameters:
    ///   - kept: how many messages it has.
    ///   - visible: how many of them it knows the majority to have; at most as many as the majority has.
    ///   - leavesStale: the one before does not hear of it.
    mutating func elect(kept: Int, visible: Int, leavesStale: Bool) {
        stale = leavesStale ? primary : nil
        primary = Node(number: primary.number + 1, log: Array(primary.log.prefix(kept)), visible: visible)
        lateCommands = []
    }

    mutating func endStale() { stale = nil }

    // MARK: Disasters

    /// A backup that holds the first `count` messages takes the place of the database.
    mutating func restore(_ count: Int) {
        committed = min(count, committed)
        elect(kept: committed, visible: committed, leavesStale: false)
    }

    mutating func empty(rooms: [RoomID]) {
        restore(0)
        hasSchema = false
        missingRooms = Set(rooms)
    }

    mutating func migrate() { hasSchema = true }

    mutating func makeRoom(_ room: RoomID) {
        if hasSchema { missingRooms.remove(room) }
    }

    // MARK: Looks

    func stored(in room: RoomID) -> [Message] {
        primary.log[..<committed].filter { $0.roomID == room }
    }
}

extension ReplicaSetModel.Node {
    /// What a read at `majority` shows of a room.
    func majority(of room: RoomID) -> [Message] {
        log[..<visible].filter { $0.roomID == room }
    }

    func tail(of room: RoomID) -> LogTail {
        log[..<visible].last { $0.roomID == room }.map { LogTail(seq: $0.seq, id: $0.id) } ?? .empty
    }
}
