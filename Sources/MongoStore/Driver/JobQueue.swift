internal import DequeModule
internal import Dispatch
internal import Synchronization

/// The bounded queue between callers and the pool's threads. Jobs run in the order they came, unless their deadline
/// passes or they are cancelled first; a job is either run or failed, exactly once.
final class JobQueue: Sendable {
    struct Job: Sendable {
        let id: UInt64
        let deadline: ContinuousClock.Instant
        /// Blocks; calls back when done.
        let run: @Sendable (MongoConnection) -> Void
        /// Instead of `run`. Never blocks.
        let fail: @Sendable (any Error) -> Void
        /// What `fail` gets when the deadline passes.
        let late: MongoError
    }

    private struct State {
        var waiting: Deque<Job> = []
        var nextID: UInt64 = 0
        var closed = false
        /// When the watcher looks next; nil: not before it is woken.
        var watchAt: ContinuousClock.Instant?
    }

    private let limit: Int
    private let state = Mutex(State())
    /// Counts jobs put in (and, once closed, threads to be let go). May run ahead of `waiting`, never behind it.
    private let available = DispatchSemaphore(value: 0)
    private let watch = DispatchSemaphore(value: 0)

    init(limit: Int) {
        self.limit = limit
    }

    var isClosed: Bool {
        state.withLock { $0.closed }
    }

    func makeID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Puts the job in, or fails it at once: `.poolExhausted`, `.shutdown`.
    func submit(_ job: Job) {
        let (refusal, wakesWatcher) = state.withLock { state -> (MongoError?, Bool) in
            if state.closed { return (MongoError(.shutdown, "the database client is shut down"), false) }
            if state.waiting.count >= limit {
                return (MongoError(.poolExhausted, "\(limit) jobs wait for a connection already"), false)
            }
            state.waiting.append(job)
            guard state.watchAt.map({ job.deadline < $0 }) ?? true else { return (nil, false) }
            state.watchAt = job.deadline
            return (nil, true)
        }
        if let refusal { return job.fail(refusal) }
        available.signal()
        if wakesWatcher { watch.signal() }
    }

    /// Takes the job out if it still waits, and fails it with `CancellationError`.
    func cancel(_ id: UInt64) {
        let job = state.withLock { state -> Job? in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index)
        }
        job?.fail(CancellationError())
    }

    /// The next job for the calling thread, which blocks until there is one; nil after ``close()``.
    func next() -> Job? {
        while true {
            available.wait()
            let (job, closed) = state.withLock { ($0.waiting.popFirst(), $0.closed) }
            if closed {
                // Passed on to the next thread.
                available.signal()
                return nil
            }
            guard let job else { continue }
            guard job.deadline > .now else {
                job.fail(job.late)
                continue
            }
            return job
        }
    }

    /// Fails what waits, now and later, with `.shutdown`, and lets the threads go.
    func close() {
        let waiting = state.withLock { state in
            state.closed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        available.signal()
        watch.signal()
        for job in waiting { job.fail(MongoError(.shutdown, "the database client is shut down")) }
    }

    /// Fails jobs whose deadline passes while every thread is busy. Blocks the calling thread until ``close()``.
    func watchDeadlines() {
        while true {
            let now = ContinuousClock.now
            let (late, nextLook, closed) = state.withLock { state -> ([Job], ContinuousClock.Instant?, Bool) in
                let late = state.waiting.filter { $0.deadline <= now }
                if !late.isEmpty { state.waiting.removeAll { $0.deadline <= now } }
                state.watchAt = state.waiting.lazy.map(\.deadline).min()
                return (Array(late), state.watchAt, state.closed)
            }
            for job in late { job.fail(job.late) }
            if closed { return }
            if let nextLook {
                _ = watch.wait(timeout: .now() + .nanoseconds((nextLook - now).nanoseconds))
            } else {
                watch.wait()
            }
        }
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to what fits (292 years).
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return Int(overflows ? (seconds < 0 ? .min : .max) : sum)
    }
}
