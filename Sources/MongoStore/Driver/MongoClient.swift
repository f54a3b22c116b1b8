internal import Logging
internal import Synchronization

/// A pool of connections to one deployment: as many threads as clients, each thread owning one client for its life.
///
/// Whoever needs the database hands in a job and awaits it; the job runs on one of the threads, so nothing here blocks
/// an event loop or the cooperative pool. Servers that are away are looked for in the background and come back by
/// themselves. Ends with ``shutdown()``.
package final class MongoClient: Sendable {
    package let configuration: MongoConfiguration
    private let queue: JobQueue
    /// Of the lanes; made with the first one.
    private let lanes = Mutex<(pool: DriverPool?, open: [MongoLane])>((nil, []))
    private let threads: Mutex<[WorkerThread]>

    /// How many lanes one client may make.
    private static let maximumLanes = 256

    /// Starts the threads. Makes no connection: a database that is away is no error here. Blocks only for
    /// `mongodb+srv`, whose hosts are looked up.
    /// - Throws: `.invalidURI`; `.noServer` when that look-up fails; `.poolExhausted` when the system has no threads
    ///   left.
    package init(_ configuration: MongoConfiguration) throws(MongoError) {
        self.configuration = configuration
        let uri = try ConnectionString(configuration.uri)
        let pool = try DriverPool(uri, size: uri.poolSize)
        let queue = JobQueue(limit: configuration.maximumQueuedJobs)
        self.queue = queue
        var started: [WorkerThread] = []
        do {
            started.append(try WorkerThread(name: "mongo-deadline") { queue.watchDeadlines() })
            for number in 0..<uri.poolSize {
                let client = try pool.take()
                started.append(
                    try WorkerThread(name: "mongo-\(number)") {
                        let connection = MongoConnection(client, configuration)
                        while let job = queue.next() { job.run(connection) }
                    })
            }
        } catch {
            queue.close()
            throw error
        }
        threads = Mutex(started)
        configuration.logger.debug("MongoDB client made: \(configuration), \(uri.poolSize) connections")
    }

    deinit {
        queue.close()
    }

    package var database: String {
        configuration.database
    }

    /// Runs `job` on one of the threads and returns what it returns.
    ///
    /// - Parameters:
    ///   - deadline: how long the job may wait for a thread; `configuration.defaultDeadline` when nil. How long it runs
    ///     is bounded by the timeouts of the connection string.
    ///   - label: what the job does, for error messages.
    /// - Throws: `MongoError` `.timeout` when no thread was free before the deadline (the job did not run),
    ///   `.poolExhausted` when too many wait already, `.shutdown`; `CancellationError` when the task was cancelled
    ///   while the job waited (a running job is not interrupted); else what the job throws.
    package func run<T: Sendable>(
        deadline: Duration? = nil, _ label: StaticString, _ job: @escaping @Sendable (MongoConnection) throws -> T
    ) async throws -> T {
        let limit = deadline ?? configuration.defaultDeadline
        let id = queue.makeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
                queue.submit(
                    JobQueue.Job(
                        id: id, deadline: .now + limit,
                        run: { connection in continuation.resume(with: Result { try job(connection) }) },
                        fail: { continuation.resume(throwing: $0) },
                        late: MongoError(.timeout, "no database connection was free for \(label) within \(limit)")))
                // Cancelled before it was put in: the handler below found nothing then.
                if Task.isCancelled { queue.cancel(id) }
            }
        } onCancel: {
            queue.cancel(id)
        }
    }

    /// A connection and a thread for one user, outside the pool's number.
    /// - Throws: `.poolExhausted` beyond 256 lanes or when the system has no thread left; `.shutdown`; `.invalidURI`.
    package func makeLane(name: String) throws(MongoError) -> MongoLane {
        let result = lanes.withLock { lanes in
            Result { () throws(MongoError) in
                guard !queue.isClosed else { throw MongoError(.shutdown, "the database client is shut down") }
                lanes.open.removeAll(where: \.isClosed)
                guard lanes.open.count < Self.maximumLanes else {
                    throw MongoError(.poolExhausted, "more than \(Self.maximumLanes) lanes")
                }
                if lanes.pool == nil {
                    // The log retries by itself, and must know what it does.
                    let uri = try ConnectionString(configuration.uri, retryWrites: false)
                    lanes.pool = try DriverPool(uri, size: Self.maximumLanes)
                }
                guard let pool = lanes.pool else { throw MongoError(.shutdown, "no pool") }
                let lane = try MongoLane(name: name, pool: pool, configuration: configuration)
                lanes.open.append(lane)
                return lane
            }
        }
        return try result.get()
    }

    /// Fails waiting jobs with `.shutdown`, lets running ones finish, lets the lanes do what is queued, and joins every
    /// thread. Later jobs fail with `.shutdown`. May be called more than once.
    package func shutdown() async {
        queue.close()
        let open = lanes.withLock { lanes in
            lanes.pool = nil
            defer { lanes.open = [] }
            return lanes.open
        }
        for lane in open { await lane.shutdown() }
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        await WorkerThread.join(running)
    }
}
