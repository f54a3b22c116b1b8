internal import DequeModule
internal import Dispatch
internal import Synchronization

/// One connection on one thread of its own, with `retryWrites=false`. Jobs run one at a time, in the order they were
/// enqueued. Unbounded: its user bounds what it puts in.
package final class MongoLane: Sendable {
    package typealias Job = @Sendable (MongoConnection) -> Void

    private struct State {
        var waiting: Deque<Job> = []
        var closed = false
    }

    // Shared with the thread, which so does not keep the lane alive.
    private final class Queue: Sendable {
        let state = Mutex(State())
        let available = DispatchSemaphore(value: 0)

        func next() -> Job? {
            available.wait()
            // Empty only after the signal of close(), which is the last.
            return state.withLock { $0.waiting.popFirst() }
        }

        func close() {
            let first = state.withLock { state in
                defer { state.closed = true }
                return !state.closed
            }
            if first { available.signal() }
        }
    }

    package let name: String
    private let queue: Queue
    private let thread: Mutex<WorkerThread?>

    init(name: String, pool: DriverPool, configuration: MongoConfiguration) throws(MongoError) {
        self.name = name
        let queue = Queue()
        self.queue = queue
        let client = try pool.take()
        thread = Mutex(
            try WorkerThread(name: name) {
                let connection = MongoConnection(client, configuration)
                while let job = queue.next() { job(connection) }
            })
    }

    deinit {
        queue.close()
    }

    var isClosed: Bool {
        queue.state.withLock { $0.closed }
    }

    /// Puts the job at the end. Never blocks.
    /// - Returns: false after ``shutdown()``: the job will not run.
    @discardableResult
    package func enqueue(_ job: @escaping Job) -> Bool {
        let accepted = queue.state.withLock { state in
            if !state.closed { state.waiting.append(job) }
            return !state.closed
        }
        if accepted { queue.available.signal() }
        return accepted
    }

    /// Runs what is queued, then ends the thread. Not from a job of this lane. May be called more than once.
    package func shutdown() async {
        queue.close()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let running { await WorkerThread.join([running]) }
    }
}
