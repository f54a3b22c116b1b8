package import BSON
package import Chat
package import Logging
import Metrics
import Synchronization

/// Writes the logs of many rooms over one database connection on a thread of its own.
///
/// It has no timer: it writes what queued while its last write was under way. So load makes the batches, and a lone
/// message waits for nothing. A room always uses the same lane. What it does is decided by `LaneMailbox` and
/// `LaneMachine`.
package final class WriterLane: Sendable {
    package typealias Starter = (@escaping @Sendable () -> Void) -> Void

    private let mailbox: Mutex<LaneMailbox>
    private let machine: Mutex<LaneMachine>
    private let thread: any LaneThread
    private let feed: any RoomFeed
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
        self.limits = limits
        self.logger = logger
        self.now = now
        mailbox = Mutex(LaneMailbox(limits: limits))
        machine = Mutex(LaneMachine(feed: feed, ids: ids, limits: limits))
    }

    // MARK: Called by anyone

    /// Takes a message to be stored; `completion` is called once, with the acknowledgement or the refusal.
    ///
    /// - Parameters:
    ///   - sender: groups what one connection sends.
    ///   - resends: whether the sender sends the message again, under the same `client_id`, when it is refused for the
    ///     moment. Until he does (or a minute has passed) whatever else he sends to the room is refused, so that his
    ///     messages keep their order.
    ///   - hint: where the room's log was last noted to end.
    ///   - starting: runs what starts an idle lane, at once or soon. An event loop runs it at the end of its turn, so that
    ///     what other connections sent meanwhile is in the first batch, too (of four senders in one room, that doubles the
    ///     batch and halves the writes to each reader).
    package func submit(
        _ draft: MessageDraft, sender: UInt64, resends: Bool = false, hint: Int64,
        starting: Starter = { $0() }, completion: @escaping SendTicket.Completion
    ) {
        let now = now()
        let ticket = SendTicket(bytes: draft.estimatedBytes, completion)
        let submission = Submission(
            draft: draft, ticket: ticket, sender: sender, resends: resends, hint: hint,
            deadline: now.advanced(by: limits.patience))
        switch mailbox.withLock({ $0.submit(submission, now: now) }) {
        case .queued: break
        case .start: starting { [self] in start() }
        case .refused(let error): ticket.settle(.failure(error))
        }
    }

    /// Notes that a connection's message was refused for the moment before it came here, and comes again: until then, what
    /// the connection sends after it is refused, too.
    package func refused(_ key: ClientKey, at place: SenderInRoom) {
        mailbox.withLock { $0.refused(key, at: place, now: now()) }
    }

    /// Notes that a connection's message was refused for good before it came here: it is not waited for any more.
    package func gaveUp(_ key: ClientKey, at place: SenderInRoom) {
        mailbox.withLock { $0.gaveUp(key, at: place) }
    }

    /// Tells those who waited too long. Called a few times a second.
    package func expire(now: ContinuousClock.Instant) {
        let (late, starts) = mailbox.withLock { $0.expire(now: now) }
        for ticket in late { ticket.settle(.failure(RoomLog.timedOut)) }
        if starts { start() }
    }

    /// The ends of logs that moved since the last call, to be noted as hints.
    package func takeMovedTails() -> [RoomID: LogTail] {
        mailbox.withLock { $0.takeMovedTails() }
    }

    /// Writes nothing until `resume`: what waits and what comes is refused with `unavailable` and this sentence. A
    /// write that is under way goes on.
    package func suspend(_ reason: String) {
        let error = ChatError.unavailable(reason)
        let (refused, starts) = mailbox.withLock { $0.suspend(error, now: now()) }
        for submission in refused { submission.ticket.settle(.failure(error)) }
        if starts { start() }
    }

    /// Writes again, after a fresh look at the ends of the logs.
    package func resume() {
        mailbox.withLock { $0.resume() }
    }

    /// Takes nothing more, writes what waits (until its deadlines) and returns.
    package func stop() async {
        await withCheckedContinuation { continuation in
            switch mailbox.withLock({ $0.stop { continuation.resume() } }) {
            case .over: continuation.resume()
            case .start: start()
            case .underWay: break
            }
        }
    }

    private func start() {
        thread.enqueue { [self] storage in drain(storage) }
    }

    /// The room's order was found lost elsewhere: where its log ends is read again before it is next written.
    package func forget(_ room: RoomID) {
        thread.enqueue { [self] _ in machine.withLock { $0.forget(room) } }
    }

    // MARK: On the lane's thread

    /// Works until nothing waits.
    private func drain(_ storage: any LogStorage) {
        // The machine is this thread's alone; the lock is never contended and tells the compiler so.
        machine.withLock { machine in
            while true {
                let (isBusy, retryAt) = (machine.isBusy(now: now()), machine.retryAt)
                let taken = mailbox.withLock { $0.take(isBusy: isBusy, retryAt: retryAt) }
                if taken.isOver {
                    taken.stopped?()
                    return
                }
                machine.take(taken)
                let request = machine.next(now: now())
                perform(machine.takeActions())
                guard let request else { continue }
                if case .append(let messages, _) = request { batchSize.record(messages.count) }
                machine.answer(storage.answer(request), now: now())
                perform(machine.takeActions())
            }
        }
    }

    private func perform(_ actions: [LaneAction]) {
        guard !actions.isEmpty else { return }
        let behind = mailbox.withLock { $0.note(actions, now: now()) }
        for action in actions {
            switch action {
            case .settle(let ticket, let result): ticket.settle(result)
            case .rolledBack(let room, let from, let to):
                logger.critical(
                    "what the room's log held is gone: was a backup restored, or the database emptied?",
                    metadata: ["room_id": "\(room)", "acknowledged": "\(from)", "found": "\(to)"])
                feed.rolledBack(room, from: from, to: to)
            case .roomMissing(let room):
                logger.critical(
                    "the room is not in the database and is not written: was the database emptied?",
                    metadata: ["room_id": "\(room)"])
            case .unreadable(let room, let error):
                logger.warning("cannot read missed messages", metadata: ["room_id": "\(room)", "error": "\(error)"])
            case .failed(let error, let attempt):
                logger.warning("cannot write messages", metadata: ["error": "\(error)", "attempt": "\(attempt)"])
            case .deliver, .catchUp, .moved, .interrupted: break
            }
        }
        for submission in behind { submission.ticket.settle(.failure(LaneMailbox.interrupted)) }
    }
}
