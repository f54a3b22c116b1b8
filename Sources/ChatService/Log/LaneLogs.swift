import BSON
import Chat
import DequeModule

/// The room logs of one lane and whose turn it is. A value without I/O, like the logs in it.
struct LaneLogs: Sendable {
    /// One write: the messages, and how many of them, in this order, are whose.
    struct Batch: Sendable {
        var messages: [Message] = []
        var shares: [(room: RoomID, count: Int)] = []
        var actions: [RoomLog.Action] = []
    }

    private var logs: [RoomID: RoomLog] = [:]
    /// Rooms with work, in the order of their turns.
    private var turns: Deque<RoomID> = []
    private let rememberedRooms: Int

    init(rememberedRooms: Int) {
        self.rememberedRooms = rememberedRooms
    }

    var hasWork: Bool { !turns.isEmpty }
    var roomsWithWork: [RoomID] { Array(turns) }

    func step(of room: RoomID) -> RoomLog.Step { logs[room]?.step ?? .idle }
    func tail(of room: RoomID) -> LogTail? { logs[room]?.tail }

    mutating func submit(_ submission: Submission, hint: Int64) {
        let room = submission.draft.roomID
        if logs[room] == nil {
            forgetIdleRooms()
            logs[room] = RoomLog(roomID: room, hint: hint)
        }
        if logs[room]?.isIdle == true { turns.append(room) }
        logs[room]?.submit(submission)
    }

    mutating func tailRead(_ tail: LogTail, in room: RoomID) -> [RoomLog.Action] {
        logs[room]?.tailRead(tail) ?? []
    }

    mutating func found(_ messages: [Message], in room: RoomID) -> [RoomLog.Action] {
        logs[room]?.found(messages) ?? []
    }

    /// Takes a batch from the rooms whose turn it is; a room with more than fits stays in front.
    mutating func assign(
        maximumCount: Int, maximumBytes: Int, now: ContinuousClock.Instant, nextID: () -> ObjectID
    ) -> Batch {
        var batch = Batch()
        var bytes = 0
        for room in turns where batch.messages.count < maximumCount && bytes < maximumBytes {
            guard
                let (messages, actions) = logs[room]?.assign(
                    maximumCount: maximumCount - batch.messages.count, maximumBytes: maximumBytes - bytes, now: now,
                    nextID: nextID)
            else { continue }
            batch.actions += actions
            guard !messages.isEmpty else { continue }
            batch.messages += messages
            batch.shares.append((room, messages.count))
            bytes += messages.reduce(0) { $0 + $1.content.utf8.count + 256 }
        }
        dropIdleTurns()
        return batch
    }

    mutating func stored(_ batch: Batch) -> [(RoomID, RoomLog.Action)] {
        var actions: [(RoomID, RoomLog.Action)] = []
        for (room, count) in batch.shares {
            actions += (logs[room]?.stored(count) ?? []).map { (room, $0) }
        }
        // Those who were served go behind those who were not.
        let served = Set(batch.shares.map(\.room))
        turns = Deque(turns.filter { !served.contains($0) } + turns.filter { served.contains($0) })
        dropIdleTurns()
        return actions
    }

    /// The first `count` messages were stored, the next refused, the rest not tried.
    mutating func refused(
        _ batch: Batch, after count: Int, _ refusal: AppendOutcome.Refusal
    ) -> [(RoomID, RoomLog.Action)] {
        var actions: [(RoomID, RoomLog.Action)] = []
        var left = count
        var contested: RoomID?
        for (room, share) in batch.shares {
            let stored = min(left, share)
            actions += (logs[room]?.stored(stored) ?? []).map { (room, $0) }
            left -= stored
            if stored == share { continue }
            if contested == nil {
                contested = room
                actions += (logs[room]?.refused(refusal) ?? []).map { (room, $0) }
            } else {
                logs[room]?.notTried()
            }
        }
        if let contested {
            turns.removeAll { $0 == contested }
            turns.append(contested)
        }
        dropIdleTurns()
        return actions
    }

    mutating func outcomeUnknown(_ batch: Batch) {
        for (room, _) in batch.shares { logs[room]?.outcomeUnknown() }
        forgetTails()
    }

    /// What was known of the ends may be wrong: each is read again before its room is written.
    mutating func forgetTails() {
        for room in logs.keys { logs[room]?.outcomeUnknown() }
    }

    /// Gives up what waited too long, also while nothing can be written: else it would pile up during an outage.
    mutating func dropExpired(now: ContinuousClock.Instant) -> [RoomLog.Action] {
        let actions = turns.flatMap { logs[$0]?.dropExpired(now: now) ?? [] }
        dropIdleTurns()
        return actions
    }

    mutating func refuseAll(_ error: ChatError) -> [RoomLog.Action] {
        let actions = turns.flatMap { logs[$0]?.refuseAll(error) ?? [] }
        turns = []
        return actions
    }

    private mutating func dropIdleTurns() {
        turns.removeAll { logs[$0]?.isIdle ?? true }
    }

    /// Keeps memory bounded: a forgotten room's end is read again when it is next written.
    private mutating func forgetIdleRooms() {
        guard logs.count >= rememberedRooms else { return }
        logs = logs.filter { !$0.value.isIdle }
    }
}
