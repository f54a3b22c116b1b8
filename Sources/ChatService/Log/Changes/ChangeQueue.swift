import BSON
import Chat
import DequeModule

/// The changes that wait for one lane, and what is known of where their rooms' changes end. A value without I/O.
struct ChangeQueue: Sendable {
    /// Changes of one transaction.
    static let batchCount = 100

    private var waiting: Deque<ChangeSubmission> = []
    private var revs: [RoomID: Int64] = [:]
    /// After a room turned out to be written by others, too, one room is written at a time.
    private var isCareful = false
    private let rememberedRooms: Int

    init(rememberedRooms: Int) {
        self.rememberedRooms = rememberedRooms
    }

    var isEmpty: Bool { waiting.isEmpty }

    mutating func append(contentsOf submissions: some Sequence<ChangeSubmission>) {
        waiting.append(contentsOf: submissions)
    }

    func rev(of room: RoomID) -> Int64? { revs[room] }

    mutating func learn(_ rev: Int64, of room: RoomID) {
        if revs.count >= rememberedRooms { revs = [:] }
        revs[room] = rev
    }

    mutating func forget(_ room: RoomID) { revs[room] = nil }
    mutating func forgetAll() { revs = [:] }

    /// Takes the next batch out: those that came first, of any rooms or of one.
    mutating func takeBatch() -> [ChangeSubmission] {
        guard let room = waiting.first?.draft.roomID else { return [] }
        var batch: [ChangeSubmission] = []
        var rest: Deque<ChangeSubmission> = []
        while batch.count < Self.batchCount, let next = waiting.popFirst() {
            if isCareful, next.draft.roomID != room { rest.append(next) } else { batch.append(next) }
        }
        waiting = rest + waiting
        return batch
    }

    mutating func putBack(_ batch: [ChangeSubmission]) {
        waiting = Deque(batch) + waiting
    }

    /// Nothing of the batch is stored since another process wrote, too.
    mutating func contested(_ batch: [ChangeSubmission]) {
        for submission in batch { revs[submission.draft.roomID] = nil }
        putBack(batch)
        isCareful = true
    }

    mutating func succeeded() { isCareful = false }

    /// Takes out what waited too long.
    mutating func takeExpired(now: ContinuousClock.Instant) -> [ChangeSubmission] {
        let late = waiting.filter { $0.deadline <= now }
        if !late.isEmpty { waiting.removeAll { $0.deadline <= now } }
        return Array(late)
    }

    mutating func takeAll() -> [ChangeSubmission] {
        defer { waiting = [] }
        return Array(waiting)
    }
}
