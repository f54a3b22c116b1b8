package import BSON
import Chat
import DequeModule

/// What a lane does, as a value without I/O: it is told what came in and asked what to do next; whoever drives it does
/// that and tells what came of it. Between `next` and `answer` nothing else is told to it.
///
/// A lane inspects its database, makes rooms ready (by looking at where their logs end and what of them is in doubt),
/// writes one batch of many rooms, and shows what was stored. Whatever goes wrong, it starts again with the first.
package struct LaneMachine: Sendable {
    /// How long a room that is not in the database is left alone.
    static let missingRoomInterval: Duration = .milliseconds(500)
    /// Rooms that are made ready for one batch, while those that are ready wait.
    static let unreadyRooms = 32

    private enum Delivery: Sendable {
        case messages(RoomID, [Message])
        case stored(RoomID, through: Int64)
    }

    private let feed: any RoomFeed
    private let ids: ObjectIDGenerator
    private let limits: WriterLane.Limits

    private var logs: LaneLogs
    /// What was inspected; nil when it must be again.
    private var run: StorageRun?
    /// The batch that is being written.
    private var batch: LaneLogs.Batch?
    /// What is to be shown, first of all.
    private var deliveries: Deque<Delivery> = []
    /// How often in a row nothing could be written.
    private var failures = 0
    private var mustPause = false
    private var request: LaneRequest?
    private var actions: [LaneAction] = []
    /// When rooms that were not in the database are to be looked for again; nil when there are none.
    package private(set) var retryAt: ContinuousClock.Instant?

    package init(feed: any RoomFeed, ids: ObjectIDGenerator, limits: WriterLane.Limits) {
        self.feed = feed
        self.ids = ids
        self.limits = limits
        logs = LaneLogs(rememberedRooms: limits.rememberedRooms)
    }

    /// Whether `next` may ask for something.
    package func isBusy(now: ContinuousClock.Instant) -> Bool {
        logs.hasWork || !deliveries.isEmpty || mustPause || retryAt.map { $0 <= now } == true
    }

    /// What arrived, and what the lane is told to give up.
    package mutating func take(_ taken: LaneMailbox.Taken) {
        if let refusal = taken.refusal { refuseAll(refusal) }
        if taken.isStopping {
            // Nothing of what waits for something to come back is waited for.
            if mustPause { refuseAll(LaneMailbox.stopping) }
            retryAt = nil
            logs.refuseParked(LaneMailbox.stopping, &actions)
        }
        for submission in taken.arrived { logs.submit(submission) }
    }

    /// What is known of the room's end is wrong. Called between batches.
    mutating func forget(_ room: RoomID) { logs.forget(room) }

    /// What is to be told to others, in order.
    package mutating func takeActions() -> [LaneAction] {
        defer { actions = [] }
        return actions
    }

    // MARK: What next

    /// What to do next; nil when there is nothing.
    package mutating func next(now: ContinuousClock.Instant) -> LaneRequest? {
        request = nextRequest(now: now)
        return request
    }

    private mutating func nextRequest(now: ContinuousClock.Instant) -> LaneRequest? {
        if mustPause { return .pause(beforeAttempt: failures) }
        while true {
            if let page = nextPage() { return page }
            if let retryAt, retryAt <= now {
                self.retryAt = nil
                logs.unpark(now: now, &actions)
            }
            logs.choose(maximumCount: limits.batchCount, maximumUnready: Self.unreadyRooms)
            guard !logs.chosen.isEmpty else { return nil }
            guard let run else { return .inspect }
            if let (room, step) = logs.nextNeed() { return Self.request(step, of: room, in: run) }
            let batch = logs.assign(
                maximumCount: limits.batchCount, maximumBytes: limits.batchBytes, now: now, nextID: ids.next, &actions)
            guard batch.messages.isEmpty else {
                self.batch = batch
                return .append(batch.messages, in: run)
            }
        }
    }

    private static func request(_ step: RoomLog.Step, of room: RoomID, in run: StorageRun) -> LaneRequest? {
        switch step {
        case .idle, .write: nil
        case .readTail(let hint): .readTail(room, hint: hint, in: run)
        case .verify(let message): .verify(room, message, in: run)
        case .raiseEpoch: .raiseEpoch(room, in: run)
        case .lookUp(let keys): .lookUp(room, keys, in: run)
        }
    }

    /// Shows what can be shown; a page that must be read first, if any.
    private mutating func nextPage() -> LaneRequest? {
        while let delivery = deliveries.first {
            let (room, last): (RoomID, Int64)
            switch delivery {
            case .stored(let id, let seq): (room, last) = (id, seq)
            case .messages(let id, let messages):
                guard let missing = feed.missing(before: messages, in: id) else {
                    feed.deliver(messages, in: id)
                    deliveries.removeFirst()
                    continue
                }
                (room, last) = (id, missing.upperBound)
            }
            if let delivered = feed.delivered(in: room), delivered < last {
                return .readPage(room, (delivered + 1)...min(delivered + 500, last))
            }
            skipDelivery()
        }
        return nil
    }

    /// Nothing more can be done for the first delivery. What the gate does not let pass is read with a later one.
    private mutating func skipDelivery() {
        if case .messages(let room, let messages) = deliveries.popFirst() { feed.deliver(messages, in: room) }
    }

    // MARK: What came of it

    package mutating func answer(_ answer: LaneAnswer, now: ContinuousClock.Instant) {
        guard let request else { return }
        self.request = nil
        let known = actions.count
        switch (request, answer) {
        case (.inspect, .inspected(let run)): self.run = run
        case (.readTail(let room, _, _), .tail(.some(let tail))):
            if let id = tail.id { ids.observe(id) }
            logs.tailRead(tail, shown: feed.delivered(in: room), in: room, &actions)
        case (.readTail(let room, _, _), .tail(.none)): park(room, now: now)
        case (.verify(let room, _, _), .held(let isThere)): logs.verified(isThere: isThere, in: room, &actions)
        case (.raiseEpoch(let room, _), .epochRaised): logs.epochRaised(of: room, &actions)
        case (.lookUp(let room, _, _), .messages(let messages)):
            for message in messages { ids.observe(message.id) }
            logs.found(messages, in: room, &actions)
        case (.readPage(let room, _), .messages(let messages)): show(page: messages, of: room)
        case (.readPage(let room, _), .failed(let error)):
            actions.append(.unreadable(room, error))
            skipDelivery()
        case (.append, .appended(let outcome)): finish(outcome, now: now)
        case (.pause, _): mustPause = false
        case (_, .failed(let error)): fail(error, now: now)
        default: fail(LogStorageError("the storage answered something else"), now: now)
        }
        queueDeliveries(since: known)
    }

    private mutating func finish(_ outcome: AppendOutcome, now: ContinuousClock.Instant) {
        guard let batch else { return }
        self.batch = nil
        switch outcome {
        case .stored:
            failures = 0
            logs.stored(batch, &actions)
        case .refused(let count, let refusal):
            failures = 0
            logs.refused(batch, after: count, refusal, &actions)
        case .notSent(let error):
            logs.notSent(batch)
            fail(error, now: now)
        case .unknown(let error):
            logs.forget(batch)
            fail(error, now: now)
        }
    }

    private mutating func fail(_ error: LogStorageError, now: ContinuousClock.Instant) {
        failures += 1
        mustPause = true
        actions.append(.failed(error, attempt: failures))
        run = nil
        // A batch whose answer makes no sense may be stored as well.
        logs.forget(batch)
        batch = nil
        logs.dropExpired(now: now, &actions)
    }

    private mutating func show(page messages: [Message], of room: RoomID) {
        for message in messages { ids.observe(message.id) }
        let delivered = feed.delivered(in: room)
        feed.deliver(messages, in: room)
        // Nothing came of it: leave it to the next delivery rather than spin.
        if feed.delivered(in: room) == delivered { skipDelivery() }
    }

    private mutating func park(_ room: RoomID, now: ContinuousClock.Instant) {
        // The first time it may be that a new primary does not show yet what the majority has.
        if logs.park(room) == 2 { actions.append(.roomMissing(room)) }
        if retryAt == nil { retryAt = now.advanced(by: Self.missingRoomInterval) }
    }

    /// Takes what is to be shown out of the actions: that may need reads.
    private mutating func queueDeliveries(since start: Int) {
        guard start < actions.count else { return }
        var others = Array(actions[..<start])
        for action in actions[start...] {
            switch action {
            case .deliver(let room, let messages): deliveries.append(.messages(room, messages))
            case .catchUp(let room, let seq): deliveries.append(.stored(room, through: seq))
            default: others.append(action)
            }
        }
        actions = others
    }

    /// The service stops, or must not write for now.
    private mutating func refuseAll(_ error: ChatError) {
        run = nil
        mustPause = false
        retryAt = nil
        logs.refuseAll(error, &actions)
    }
}
