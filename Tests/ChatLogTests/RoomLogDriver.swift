import BSON
import Chat
@testable import ChatLog

/// Drives one room's log by hand and does what its actions say of tickets.
struct RoomLogDriver {
    var log: RoomLog
    var now = Fixture.start
    private var lastID: Int64 = 1_000
    /// Of all actions so far.
    private(set) var delivered: [Message] = []
    private(set) var caughtUpThrough: [Int64] = []
    private(set) var rollbacks: [ClosedRange<Int64>] = []

    init(hint: Int64 = 0) {
        log = RoomLog(roomID: Fixture.room, hint: hint)
    }

    mutating func submit(
        _ clientID: String, _ content: String = "hello", user: String = "anna", sender: UInt64 = 1,
        patience: Duration = .seconds(10)
    ) throws -> Answer {
        let answer = Answer()
        let submission = Submission(
            try Fixture.draft(clientID, content, user: user), answer, sender: sender, patience: patience)
        log.submit(submission)
        return answer
    }

    mutating func tailRead(_ seq: Int64) {
        perform(log.tailRead(LogTail(seq: seq, id: seq == 0 ? nil : Fixture.id(seq))))
    }

    mutating func assign(_ count: Int = 1_000, bytes: Int = 1 << 20) -> [Message] {
        let (messages, actions) = log.assign(maximumCount: count, maximumBytes: bytes, now: now) {
            lastID += 1
            return Fixture.id(lastID)
        }
        perform(actions)
        return messages
    }

    mutating func stored(_ count: Int) { perform(log.stored(count)) }
    mutating func refused(_ refusal: AppendOutcome.Refusal) { perform(log.refused(refusal)) }
    mutating func found(_ messages: [Message]) { perform(log.found(messages)) }
    mutating func refuseAll(_ error: ChatError) { perform(log.refuseAll(error)) }
    mutating func dropExpired() { perform(log.dropExpired(now: now)) }

    private mutating func perform(_ actions: [RoomLog.Action]) {
        for action in actions {
            switch action {
            case .settle(let ticket, let result): ticket.settle(result)
            case .deliver(let messages): delivered += messages
            case .catchUp(let seq): caughtUpThrough.append(seq)
            case .rolledBack(let from, let to): rollbacks.append(to...from)
            }
        }
    }
}

func keys(_ clientIDs: String...) -> [ClientKey] {
    clientIDs.map { ClientKey(userID: UserID(stored: "anna"), clientID: $0) }
}
