package import BSON
package import Chat
import DequeModule
package import Logging
import Metrics
import Synchronization

/// Writes the logs of many rooms over one database connection on a thread of its own.
///
/// It has no timer: it writes what queued while its last write was under way. So load makes the batches, and a lone
/// message waits for nothing. A room always uses the same lane.
package final class WriterLane: Sendable {
    package struct Limits: Sendable {
        /// Messages and bytes of one write.
        package var batchCount = 1_000
        package var batchBytes = 1 << 20
        /// Messages that may wait; more are refused with `unavailable`.
        package var queuedCount = 20_000
        package var queuedBytes = 32 << 20
        /// How long a sender waits for his acknowledgement.
        package var patience: Duration = .seconds(10)
        /// Rooms whose log end is remembered while nothing is written.
        package var rememberedRooms = 10_000

        package init() {}
    }

    private struct Mailbox {
        var arrived: Deque<Submission> = []
        /// Every ticket that was handed out and may be unsettled, in the order of the deadlines.
        var open: Deque<(deadline: ContinuousClock.Instant, ticket: SendTicket, bytes: Int)> = []
        /// Of all in `open`, wherever their messages wait.
        var bytes = 0
        var isDraining = false
        var isStopping = false
        /// Set by `stop`, called when nothing is left.
        var stopped: (@Sendable () -> Void)?
        /// Ends of logs that moved since they were last taken as hints.
        var movedTails: [RoomID: LogTail] = [:]
        /// Where a room's log was noted to end, for rooms that the lane does not remember.
        var hints: [RoomID: Int64] = [:]

        mutating func removeFirstOpen() -> SendTicket {
            let first = open.removeFirst()
            bytes -= first.bytes
            return first.ticket
        }
    }

    private let mailbox = Mutex(Mailbox())
    private let logs: Mutex<LaneLogs>
    private let thread: any LaneThread
    private let feed: any RoomFeed
    private let ids: ObjectIDGenerator
    private let limits: Limits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let batchSize = Recorder(label: "chat_write_batch_messages")

    /// - Parameter now: the clock of the deadlines.
    package init(
        thread: any LaneThread, feed: any RoomFeed, ids: ObjectIDGenerator, limits: Limits = Limits(), logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.thread = thread
        self.feed = feed
        self.ids = ids
        self.limits = limits
        self.logger = logger
        self.now = now
        self.logs = Mutex(LaneLogs(rememberedRooms: limits.rememberedRooms))
    }

    // MARK: Called by anyone

    /// Takes a message to be stored; `completion` is called once, with the acknowledgement or the refusal.
    ///
    /// - Parameters:
    ///   - sender: groups what one connection sends.
    ///   - hint: where the room's log was last noted to end.
    package func submit(
        _ draft: MessageDraft, sender: UInt64, hint: Int64, completion: @escaping SendTicket.Completion
    ) {
        let ticket = SendTicket(completion)
        let submission = Submission(
            draft: draft, ticket: ticket, sender: sender, deadline: now().advanced(by: limits.patience))
        let bytes = submission.estimatedBytes
        enum Verdict { case start, queued, full, stopping }
        let verdict: Verdict = mailbox.withLock { box in
            if box.isStopping { return .stopping }
            while let first = box.open.first, first.ticket.isSettled { _ = box.removeFirstOpen() }
            guard box.open.count < limits.queuedCount, box.bytes + bytes <= limits.queuedBytes else { return .full }
            box.arrived.append(submission)
            box.open.append((submission.deadline, ticket, bytes))
            box.bytes += bytes
            box.hints[draft.roomID] = hint
            defer { box.isDraining = true }
            return box.isDraining ? .queued : .start
        }
        switch verdict {
        case .queued: break
        case .start: thread.enqueue { [self] storage in drain(storage) }
        case .full: ticket.settle(.failure(.unavailable("too many messages wait to be stored")))
        case .stopping: ticket.settle(.failure(.unavailable("the service is stopping")))
        }
    }

    /// Tells those who waited too long. Called a few times a second.
    package func expire(now: ContinuousClock.Instant) {
        let late = mailbox.withLock { box in
            var late: [SendTicket] = []
            while let first = box.open.first, first.deadline <= now || first.ticket.isSettled {
                late.append(box.removeFirstOpen())
            }
            return late
        }
        for ticket in late { ticket.settle(.failure(RoomLog.timedOut)) }
    }

    /// The ends of logs that moved since the last call, to be noted as hints.
    package func takeMovedTails() -> [RoomID: LogTail] {
        mailbox.withLock { box in
            defer { box.movedTails = [:] }
            return box.movedTails
        }
    }

    /// Takes nothing more, writes what waits (until its deadlines) and returns.
    package func stop() async {
        await withCheckedContinuation { continuation in
            let isDone = mailbox.withLock { box in
                box.isStopping = true
                guard box.isDraining else { return true }
                box.stopped = { continuation.resume() }
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    // MARK: On the lane's thread

    /// Writes until nothing waits.
    private func drain(_ storage: any LogStorage) {
        // The logs are this thread's alone; the lock is never contended and tells the compiler so.
        logs.withLock { logs in
            var failures = 0
            while takeArrived(into: &logs) {
                do throws(LogStorageError) {
                    try writeOnce(&logs, storage)
                    failures = 0
                } catch {
                    failures += 1
                    logger.warning("cannot write messages", metadata: ["error": "\(error)", "attempt": "\(failures)"])
                    let isStopping = mailbox.withLock(\.isStopping)
                    if isStopping {
                        for action in logs.refuseAll(.unavailable("the service is stopping")) {
                            settle(action)
                        }
                    } else {
                        for action in logs.dropExpired(now: now()) { settle(action) }
                        storage.pause(beforeAttempt: failures)
                    }
                }
            }
        }
    }

    /// Moves what arrived to its rooms. False, and no longer draining, when there is nothing to do.
    private func takeArrived(into logs: inout LaneLogs) -> Bool {
        let hasWork = logs.hasWork
        let (arrived, hints, stopped) = mailbox.withLock { box in
            defer {
                box.arrived = []
                box.hints = [:]
            }
            var stopped: (@Sendable () -> Void)?
            if box.arrived.isEmpty, !hasWork {
                box.isDraining = false
                stopped = box.stopped
                box.stopped = nil
            }
            return (box.arrived, box.hints, stopped)
        }
        for submission in arrived {
            let room = submission.draft.roomID
            logs.submit(submission, hint: hints[room] ?? 0)
        }
        stopped?()
        return hasWork || !arrived.isEmpty
    }

    /// Makes the rooms with work ready, writes one batch and tells what came of it.
    private func writeOnce(_ logs: inout LaneLogs, _ storage: any LogStorage) throws(LogStorageError) {
        do throws(LogStorageError) {
            try prepare(&logs, storage)
        } catch {
            logs.forgetTails()
            throw error
        }
        let batch = logs.assign(
            maximumCount: limits.batchCount, maximumBytes: limits.batchBytes, now: now(), nextID: ids.next)
        for action in batch.actions { settle(action) }
        guard !batch.messages.isEmpty else { return }
        batchSize.record(batch.messages.count)
        switch storage.append(batch.messages) {
        case .stored:
            perform(logs.stored(batch), storage)
        case .refused(let count, let refusal):
            perform(logs.refused(batch, after: count, refusal), storage)
        case .unknown(let error):
            logs.outcomeUnknown(batch)
            throw error
        }
        noteTails(of: batch, in: logs)
    }

    /// Reads what the rooms with work need to know before they can write.
    private func prepare(_ logs: inout LaneLogs, _ storage: any LogStorage) throws(LogStorageError) {
        for room in logs.roomsWithWork {
            var isReady = false
            while !isReady {
                switch logs.step(of: room) {
                case .idle, .write:
                    isReady = true
                case .readTail(let hint):
                    let tail = try storage.tail(of: room, hint: hint)
                    if let id = tail.id { ids.observe(id) }
                    perform(logs.tailRead(tail, in: room).map { (room, $0) }, storage)
                case .lookUp(let keys):
                    let found = try storage.messages(in: room, keys: keys)
                    perform(logs.found(found, in: room).map { (room, $0) }, storage)
                }
            }
        }
    }

    private func noteTails(of batch: LaneLogs.Batch, in logs: LaneLogs) {
        mailbox.withLock { box in
            for share in batch.shares {
                if let tail = logs.tail(of: share.room) { box.movedTails[share.room] = tail }
            }
        }
    }

    // MARK: Actions

    private func settle(_ action: RoomLog.Action) {
        if case .settle(let ticket, let result) = action { ticket.settle(result) }
    }

    private func perform(_ actions: [(RoomID, RoomLog.Action)], _ storage: any LogStorage) {
        for (room, action) in actions {
            switch action {
            case .settle(let ticket, let result):
                ticket.settle(result)
            case .deliver(let messages):
                deliver(messages, in: room, storage)
            case .catchUp(let seq):
                catchUp(room, through: seq, storage)
            case .rolledBack(let from, let to):
                logger.critical(
                    "the room's log is shorter than what was acknowledged: was the database restored or emptied?",
                    metadata: ["room_id": "\(room)", "acknowledged": "\(from)", "found": "\(to)"])
                feed.rolledBack(room, from: from, to: to)
            }
        }
    }

    private func deliver(_ messages: [Message], in room: RoomID, _ storage: any LogStorage) {
        if let missing = feed.missing(before: messages, in: room) {
            catchUp(room, through: missing.upperBound, storage)
        }
        feed.deliver(messages, in: room)
    }

    /// Reads and delivers what of the room was stored but not shown. A failure is only noted: the gate stays where it
    /// is, and the next delivery or poll fills the gap.
    private func catchUp(_ room: RoomID, through last: Int64, _ storage: any LogStorage) {
        while let delivered = feed.delivered(in: room), delivered < last {
            let page = (delivered + 1)...min(delivered + 500, last)
            do throws(LogStorageError) {
                let messages = try storage.messages(in: room, seqs: page)
                for message in messages { ids.observe(message.id) }
                feed.deliver(messages, in: room)
            } catch {
                logger.warning("cannot read missed messages", metadata: ["room_id": "\(room)", "error": "\(error)"])
                return
            }
            // Nothing came of it: leave it to the next delivery rather than spin.
            if feed.delivered(in: room) == delivered { return }
        }
    }
}
