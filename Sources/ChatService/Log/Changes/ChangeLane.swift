package import BSON
package import Chat
import DequeModule
package import Logging
import Metrics
import Synchronization

/// Writes the changes of earlier messages over one database connection on a thread of its own.
///
/// The same fence as for messages keeps them in order: `rev` n+1 is only written by one who saw n, and the unique index on
/// `(room_id, rev)` lets one of several processes have each number. What queued while the last transaction was under way
/// makes the next. It is a lane of its own, so that a transaction, which takes longer, holds no message back.
package final class ChangeLane: Sendable {
    package struct Limits: Sendable {
        /// Changes that may wait; more are refused.
        package var queuedCount = 5_000
        /// How long a change waits for the database.
        package var patience: Duration = .seconds(10)
        package var rememberedRooms = 10_000

        package init() {}
    }

    private struct Mailbox {
        var arrived: Deque<ChangeSubmission> = []
        /// Of all that are not settled.
        var count = 0
        var isDraining = false
        var isStopping = false
        var refusal: ChatError?
        /// Rooms whose changes went on since they were taken.
        var moved: [RoomID: Int64] = [:]
        var stopped: (@Sendable () -> Void)?
    }

    private let mailbox = Mutex(Mailbox())
    private let queue: Mutex<ChangeQueue>
    private let thread: any ChangeThread
    private let feed: any ChangeFeed
    private let ids: ObjectIDGenerator
    private let limits: Limits
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let batchSize = Recorder(label: "chat_change_batch")

    /// - Parameter now: the clock of the deadlines.
    package init(
        thread: any ChangeThread, feed: any ChangeFeed, ids: ObjectIDGenerator, limits: Limits = Limits(),
        logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.thread = thread
        self.feed = feed
        self.ids = ids
        self.limits = limits
        self.logger = logger
        self.now = now
        queue = Mutex(ChangeQueue(rememberedRooms: limits.rememberedRooms))
    }

    // MARK: Called by anyone

    /// Takes a change to be stored.
    ///
    /// - Parameters:
    ///   - hint: where the room's changes were last noted to end.
    ///   - completion: called once, on any thread, with the change as it was stored; nil when it was so already.
    package func submit(_ draft: ChangeDraft, hint: Int64, completion: @escaping ChangeSubmission.Completion) {
        let submission = ChangeSubmission(
            draft: draft, hint: hint, deadline: now().advanced(by: limits.patience), completion: completion)
        enum Verdict { case start, queued, refused(ChatError) }
        let verdict: Verdict = mailbox.withLock { box in
            if let refusal = box.refusal { return .refused(refusal) }
            guard box.count < limits.queuedCount else {
                return .refused(.unavailable("too many changes wait to be stored"))
            }
            box.arrived.append(submission)
            box.count += 1
            defer { box.isDraining = true }
            return box.isDraining ? .queued : .start
        }
        switch verdict {
        case .queued: break
        case .start: thread.enqueue { [self] storage in drain(storage) }
        case .refused(let error): completion(.failure(error))
        }
    }

    /// Where changes of rooms end now that were made since the last call.
    package func takeMovedRevs() -> [RoomID: Int64] {
        mailbox.withLock { box in
            defer { box.moved = [:] }
            return box.moved
        }
    }

    /// The room's order was found lost: where its changes end is read again before the next is written.
    package func forget(_ room: RoomID) {
        thread.enqueue { [self] _ in queue.withLock { $0.forget(room) } }
    }

    /// Refuses what comes, until `resume`: the database must not be written.
    package func suspend(_ reason: String) {
        mailbox.withLock { box in
            if !box.isStopping { box.refusal = .unavailable(reason) }
        }
    }

    package func resume() {
        mailbox.withLock { box in
            if !box.isStopping { box.refusal = nil }
        }
    }

    /// Takes nothing more, writes what waits and returns.
    package func stop() async {
        await withCheckedContinuation { continuation in
            let isDone = mailbox.withLock { box in
                box.isStopping = true
                box.refusal = .unavailable("the service is stopping")
                guard box.isDraining else { return true }
                box.stopped = { continuation.resume() }
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    // MARK: On the lane's thread

    private func drain(_ storage: any ChangeStorage) {
        // The queue is this thread's alone; the lock is never contended and tells the compiler so.
        queue.withLock { queue in
            var failures = 0
            while takeArrived(&queue) {
                settle(queue.takeExpired(now: now()), with: .unavailable("the change could not be stored in time"))
                do throws(LogStorageError) {
                    try writeOnce(&queue, storage)
                    failures = 0
                } catch {
                    failures += 1
                    queue.forgetAll()
                    logger.warning("cannot write changes", metadata: ["error": "\(error)", "attempt": "\(failures)"])
                    if let refusal = mailbox.withLock(\.refusal) {
                        settle(queue.takeAll(), with: refusal)
                    } else {
                        storage.pause(beforeAttempt: failures)
                    }
                }
            }
        }
    }

    /// False, and no longer draining, when there is nothing to do.
    private func takeArrived(_ queue: inout ChangeQueue) -> Bool {
        let isEmpty = queue.isEmpty
        let (arrived, stopped) = mailbox.withLock { box in
            defer { box.arrived = [] }
            guard box.arrived.isEmpty, isEmpty else { return (box.arrived, nil as (@Sendable () -> Void)?) }
            box.isDraining = false
            defer { box.stopped = nil }
            return ([], box.stopped)
        }
        queue.append(contentsOf: arrived)
        stopped?()
        return !queue.isEmpty
    }

    private func writeOnce(_ queue: inout ChangeQueue, _ storage: any ChangeStorage) throws(LogStorageError) {
        var batch = queue.takeBatch()
        do throws(LogStorageError) {
            batch = try prepare(batch, &queue, storage)
        } catch {
            queue.putBack(batch)
            throw error
        }
        guard !batch.isEmpty else { return }
        let planned = batch.map { PlannedChange(id: ids.next(), draft: $0.draft) }
        let revs = Dictionary(
            batch.map { ($0.draft.roomID, queue.rev(of: $0.draft.roomID) ?? 0) },
            uniquingKeysWith: { first, _ in first })
        batchSize.record(batch.count)
        switch storage.apply(planned, after: revs) {
        case .done(let results):
            queue.succeeded()
            finish(batch, results, &queue, storage)
        case .contested:
            queue.contested(batch)
        case .failed(let error):
            queue.putBack(batch)
            throw error
        case .unknown(let error):
            for index in batch.indices { batch[index].attempts.append(planned[index].id) }
            queue.putBack(batch)
            throw error
        }
    }

    /// Finds out where each room's changes end, and settles what an earlier attempt stored after all.
    /// - Returns: what is to be written.
    private func prepare(
        _ batch: [ChangeSubmission], _ queue: inout ChangeQueue, _ storage: any ChangeStorage
    ) throws(LogStorageError) -> [ChangeSubmission] {
        var missing: Set<RoomID> = []
        for submission in batch {
            let room = submission.draft.roomID
            guard queue.rev(of: room) == nil, !missing.contains(room) else { continue }
            guard let rev = try storage.lastRev(of: room, hint: feed.deliveredRev(in: room) ?? submission.hint) else {
                missing.insert(room)
                continue
            }
            queue.learn(rev, of: room)
            catchUp(room, through: rev, storage)
        }
        let doubtful = batch.flatMap(\.attempts)
        let stored = doubtful.isEmpty ? [] : try storage.changes(ids: doubtful)
        let byID = Dictionary(stored.map { ($0.change.id, $0) }, uniquingKeysWith: { first, _ in first })
        return batch.filter { submission in
            if missing.contains(submission.draft.roomID) {
                settle([submission], with: .unavailable("the room is not in the database"))
                return false
            }
            guard let applied = submission.attempts.compactMap({ byID[$0] }).first else { return true }
            settle(submission, .success(applied))
            return false
        }
    }

    private func finish(
        _ batch: [ChangeSubmission], _ results: [Result<AppliedChange?, ChatError>], _ queue: inout ChangeQueue,
        _ storage: any ChangeStorage
    ) {
        var byRoom: [RoomID: [AppliedChange]] = [:]
        for case .success(let applied?) in results { byRoom[applied.change.roomID, default: []].append(applied) }
        for (room, changes) in byRoom {
            guard let first = changes.first?.change.rev, let last = changes.last?.change.rev else { continue }
            queue.learn(last, of: room)
            mailbox.withLock { $0.moved[room] = last }
            catchUp(room, through: first - 1, storage)
            feed.deliver(changes, in: room)
        }
        for (submission, result) in zip(batch, results) { settle(submission, result) }
    }

    /// Reads and delivers what was stored but not shown. A failure is only noted: the next delivery fills the gap.
    private func catchUp(_ room: RoomID, through rev: Int64, _ storage: any ChangeStorage) {
        while let delivered = feed.deliveredRev(in: room), delivered < rev {
            do throws(LogStorageError) {
                let page = (delivered + 1)...min(delivered + 200, rev)
                feed.deliver(try storage.changes(in: room, revs: page), in: room)
            } catch {
                logger.warning("cannot read missed changes", metadata: ["room_id": "\(room)", "error": "\(error)"])
                return
            }
            if feed.deliveredRev(in: room) == delivered { return }
        }
    }

    // MARK: Answers

    private func settle(_ submission: ChangeSubmission, _ result: Result<AppliedChange?, ChatError>) {
        mailbox.withLock { $0.count -= 1 }
        submission.completion(result)
    }

    private func settle(_ submissions: [ChangeSubmission], with error: ChatError) {
        for submission in submissions { settle(submission, .failure(error)) }
    }
}
