import BSON
import Chat
import DequeModule

/// The room logs of one lane and whose turn it is. A value without I/O, like the logs in it.
///
/// A room with work is in exactly one place: in line, chosen for the next batch, in a batch that is under way, or
/// parked.
struct LaneLogs: Sendable {
    /// One write: the messages, and how many of them, in this order, are whose.
    struct Batch: Sendable {
        var messages: [Message] = []
        var shares: [(room: RoomID, count: Int)] = []
    }

    private struct Entry {
        var log: RoomLog
        /// Whether the room is in one of the places.
        var hasTurn = false
        /// Whether another process wrote the room meanwhile: it goes last in the next batch, as a refusal ends a batch.
        var isContested = false
        /// How often in a row the room was not in the database.
        var misses = 0
    }

    private var entries: [RoomID: Entry] = [:]
    /// Rooms with work, in the order of their turns.
    private var line: Deque<RoomID> = []
    /// Rooms of the next batch, and how many of them, from the first on, are ready for it.
    private(set) var chosen: [RoomID] = []
    private var readyCount = 0
    /// Rooms with work that are not in the database.
    private(set) var parked: [RoomID] = []

    private let rememberedRooms: Int
    private var forgetsAt: Int

    /// - Parameter rememberedRooms: about so many are kept while they have no work.
    init(rememberedRooms: Int) {
        self.rememberedRooms = rememberedRooms
        forgetsAt = rememberedRooms
    }

    /// Whether a batch can be made ready.
    var hasWork: Bool { !line.isEmpty || !chosen.isEmpty }

    func step(of room: RoomID) -> RoomLog.Step { entries[room]?.log.step ?? .idle }
    func tail(of room: RoomID) -> LogTail? { entries[room]?.log.tail }

    mutating func submit(_ submission: Submission) {
        let room = submission.draft.roomID
        if entries[room] == nil {
            forgetIdleRooms()
            entries[room] = Entry(log: RoomLog(roomID: room, hint: submission.hint))
        }
        entries[room]?.log.submit(submission)
        if entries[room]?.hasTurn == false {
            entries[room]?.hasTurn = true
            line.append(room)
        }
    }

    // MARK: Making ready

    /// Chooses the rooms of the next batch, unless they are chosen.
    ///
    /// - Parameters:
    ///   - maximumCount: at most so many.
    ///   - maximumUnready: at most so many that need a look into the database first, as the others wait for it.
    mutating func choose(maximumCount: Int, maximumUnready: Int) {
        guard chosen.isEmpty else { return }
        readyCount = 0
        var unready = 0
        while chosen.count < maximumCount, unready < maximumUnready, let room = line.popFirst() {
            guard let log = entries[room]?.log, !log.isIdle else {
                entries[room]?.hasTurn = false
                continue
            }
            if !log.isReady { unready += 1 }
            chosen.append(room)
        }
    }

    /// A chosen room and what it needs before it can be written; nil when all are ready.
    mutating func nextNeed() -> (room: RoomID, step: RoomLog.Step)? {
        while readyCount < chosen.count {
            let room = chosen[readyCount]
            switch step(of: room) {
            case .idle, .write: readyCount += 1
            case let step: return (room, step)
            }
        }
        return nil
    }

    mutating func tailRead(_ tail: LogTail, shown: Int64?, in room: RoomID, _ actions: inout [LaneAction]) {
        entries[room]?.misses = 0
        entries[room]?.log.tailRead(tail, shown: shown, &actions)
    }

    mutating func verified(isThere: Bool, in room: RoomID, _ actions: inout [LaneAction]) {
        entries[room]?.log.verified(isThere: isThere, &actions)
    }

    mutating func epochRaised(of room: RoomID, _ actions: inout [LaneAction]) {
        entries[room]?.log.epochRaised(&actions)
    }

    mutating func found(_ messages: [Message], in room: RoomID, _ actions: inout [LaneAction]) {
        entries[room]?.log.found(messages, &actions)
    }

    /// The room is not in the database: it waits outside the line, so that it does not keep others waiting.
    /// - Returns: how often that was found in a row.
    mutating func park(_ room: RoomID) -> Int {
        chosen.removeAll { $0 == room }
        parked.append(room)
        entries[room]?.misses += 1
        return entries[room]?.misses ?? 0
    }

    /// Parked rooms are looked for again, unless nobody waits for them any more.
    mutating func unpark(now: ContinuousClock.Instant, _ actions: inout [LaneAction]) {
        for room in parked {
            entries[room]?.log.dropExpired(now: now, &actions)
            requeue(room)
        }
        parked = []
    }

    /// The room's end is read again. One with work is about to read it, as it waits for that.
    mutating func forget(_ room: RoomID) {
        if entries[room]?.hasTurn == false { entries[room] = nil }
    }

    // MARK: Batches

    /// Takes a batch from the chosen rooms. Each gets a fair share of it; what one leaves, those with more take.
    mutating func assign(
        maximumCount: Int, maximumBytes: Int, now: ContinuousClock.Instant, nextID: () -> ObjectID,
        _ actions: inout [LaneAction]
    ) -> Batch {
        var batch = Batch()
        var bytes = 0
        let rooms = inOrderOfService(share: maximumCount / max(chosen.count, 1))
        var unserved: [RoomID] = []
        for (place, room) in rooms.enumerated() {
            let others = rooms.count - place
            let count = max((maximumCount - batch.messages.count) / others, 1)
            guard batch.messages.count < maximumCount, bytes < maximumBytes else {
                unserved.append(room)
                continue
            }
            guard
                let part = entries[room]?.log.assign(
                    maximumCount: count, maximumBytes: (maximumBytes - bytes) / others, now: now, nextID: nextID,
                    &actions)
            else { continue }
            if part.messages.isEmpty {
                requeue(room)
            } else {
                batch.messages += part.messages
                batch.shares.append((room, part.messages.count))
                bytes += part.bytes
            }
        }
        line.prepend(contentsOf: unserved)
        chosen = []
        return batch
    }

    /// Rooms with little to write first, so that what they leave of their shares is known when the others' turn comes;
    /// contested ones last.
    private func inOrderOfService(share: Int) -> [RoomID] {
        var small: [RoomID] = []
        var large: [RoomID] = []
        var contested: [RoomID] = []
        for room in chosen {
            guard let entry = entries[room] else { continue }
            if entry.isContested {
                contested.append(room)
            } else if entry.log.waiting.count <= share {
                small.append(room)
            } else {
                large.append(room)
            }
        }
        return small + large + contested
    }

    mutating func stored(_ batch: Batch, _ actions: inout [LaneAction]) {
        for (room, count) in batch.shares { settleShare(of: room, count, &actions) }
    }

    /// The first `count` messages were stored, the next refused, the rest not tried.
    mutating func refused(
        _ batch: Batch, after count: Int, _ refusal: AppendOutcome.Refusal, _ actions: inout [LaneAction]
    ) {
        var left = count
        var untried: [RoomID] = []
        var refused: RoomID?
        for (room, share) in batch.shares {
            if refused != nil {
                entries[room]?.log.notTried()
                untried.append(room)
            } else if left >= share {
                settleShare(of: room, share, &actions)
                left -= share
            } else {
                entries[room]?.log.stored(left, &actions)
                entries[room]?.log.refused(refusal, &actions)
                refused = room
            }
        }
        // Those that were not tried keep their turn.
        line.prepend(contentsOf: untried)
        if let refused {
            entries[refused]?.isContested = refusal == .duplicate
            requeue(refused)
        }
    }

    /// Those who were served go behind those who were not.
    private mutating func settleShare(of room: RoomID, _ count: Int, _ actions: inout [LaneAction]) {
        entries[room]?.log.stored(count, &actions)
        entries[room]?.isContested = false
        requeue(room)
    }

    private mutating func requeue(_ room: RoomID) {
        if entries[room]?.log.isIdle == false {
            line.append(room)
        } else {
            entries[room]?.hasTurn = false
        }
    }

    // MARK: Trouble

    /// Nothing is known of this batch, if any, and what was known of the ends of logs may be wrong: each is read again
    /// before its room is written.
    mutating func forget(_ batch: Batch?) {
        line.prepend(contentsOf: batch?.shares.map(\.room) ?? [])
        line.prepend(contentsOf: chosen)
        chosen = []
        for room in entries.keys { entries[room]?.log.outcomeUnknown() }
    }

    /// The batch was not sent.
    mutating func notSent(_ batch: Batch) {
        for (room, _) in batch.shares { entries[room]?.log.notTried() }
        forget(batch)
    }

    /// Gives up what waited too long, also while nothing can be written: else it would pile up during an outage.
    mutating func dropExpired(now: ContinuousClock.Instant, _ actions: inout [LaneAction]) {
        for room in line + parked { entries[room]?.log.dropExpired(now: now, &actions) }
        dropIdleTurns()
    }

    mutating func refuseAll(_ error: ChatError, _ actions: inout [LaneAction]) {
        forget(nil)
        for room in line + parked { entries[room]?.log.refuseAll(error, &actions) }
        dropIdleTurns()
    }

    /// Refuses what waits for rooms that are not in the database.
    mutating func refuseParked(_ error: ChatError, _ actions: inout [LaneAction]) {
        for room in parked { entries[room]?.log.refuseAll(error, &actions) }
        dropIdleTurns()
    }

    private mutating func dropIdleTurns() {
        for room in line + parked where entries[room]?.log.isIdle != false { entries[room]?.hasTurn = false }
        line.removeAll { entries[$0]?.hasTurn != true }
        parked.removeAll { entries[$0]?.hasTurn != true }
    }

    /// Keeps memory bounded: a forgotten room's end is read again when it is next written.
    private mutating func forgetIdleRooms() {
        guard entries.count >= forgetsAt else { return }
        entries = entries.filter { $0.value.hasTurn }
        // However many are busy, going through them all again is worth it only after as many more came.
        forgetsAt = max(rememberedRooms, 2 * entries.count)
    }
}
