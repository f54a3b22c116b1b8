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
    /// From where to where.
    private(set) var rollbacks: [[Int64]] = []
    private(set) var interruptions: [(sender: UInt64, by: String)] = []

    init(hint: Int64 = 0) {
        log = RoomLog(roomID: Fixture.room, hint: hint)
    }

    mutating func submit(
        _ clientID: String, _ content: String = "hello", user: String = "anna", sender: UInt64 = 1,
        resends: Bool = false, patience: Duration = .seconds(10)
    ) throws -> Answer {
        let answer = Answer()
        let submission = Submission(
            try Fixture.draft(clientID, content, user: user), answer, sender: sender, resends: resends,
            patience: patience)
        log.submit(submission)
        return answer
    }

    mutating func tailRead(_ seq: Int64, shown: Int64? = nil) {
        tailRead(LogTail(seq: seq, id: seq == 0 ? nil : Fixture.id(seq)), shown: shown)
    }

    mutating func tailRead(_ tail: LogTail, shown: Int64? = nil) {
        perform { $0.tailRead(tail, shown: shown, &$1) }
    }

    mutating func assign(_ count: Int = 1_000, bytes: Int = 1 << 20) -> [Message] {
        var messages: [Message] = []
        let now = now
        var lastID = lastID
        perform { log, actions in
            messages =
                log.assign(
                    maximumCount: count, maximumBytes: bytes, now: now,
                    nextID: {
                        lastID += 1
                        return Fixture.id(lastID)
                    }, &actions
                ).messages
        }
        self.lastID = lastID
        return messages
    }

    mutating func stored(_ count: Int) { perform { $0.stored(count, &$1) } }
    mutating func refused(_ refusal: AppendOutcome.Refusal) { perform { $0.refused(refusal, &$1) } }
    mutating func found(_ messages: [Message]) { perform { $0.found(messages, &$1) } }
    mutating func verified(_ isThere: Bool) { perform { $0.verified(isThere: isThere, &$1) } }
    mutating func epochRaised() { perform { $0.epochRaised(&$1) } }
    mutating func refuseAll(_ error: ChatError) { perform { $0.refuseAll(error, &$1) } }
    mutating func dropExpired() {
        let now = now
        perform { $0.dropExpired(now: now, &$1) }
    }

    private mutating func perform(_ event: (inout RoomLog, inout [LaneAction]) -> Void) {
        var actions: [LaneAction] = []
        event(&log, &actions)
        for action in actions {
            switch action {
            case .settle(let ticket, let result): ticket.settle(result)
            case .deliver(_, let messages): delivered += messages
            case .catchUp(_, let seq): caughtUpThrough.append(seq)
            case .rolledBack(_, let from, let to): rollbacks.append([from, to])
            case .interrupted(let first): interruptions.append((first.place.sender, first.key.clientID))
            case .moved, .roomMissing, .unreadable, .failed: break
            }
        }
    }
}

func keys(_ clientIDs: String...) -> [ClientKey] {
    clientIDs.map { ClientKey(userID: UserID(stored: "anna"), clientID: $0) }
}
