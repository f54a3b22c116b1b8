import BSON
import Chat
import Logging
import Metrics
import MongoStore
import ServiceLifecycle

/// Indexes messages for search, behind the writers: a step of one room, then of the next, and between two steps as long
/// a pause as the step took, so that the database is at most half busy with it.
struct SearchIndexService: Service {
    static let interval: Duration = .seconds(1)
    /// All rooms are looked through this often, for those whose process ended before it had indexed them.
    static let sweepInterval: Duration = .seconds(600)

    let client: MongoClient
    let queue: SearchIndexQueue
    let health: ServiceHealth
    let logger: Logger
    private let owner: ObjectID
    private let lag = Gauge(label: "search_index_lag_messages")
    private let steps = Counter(label: "search_index_steps")

    init(
        client: MongoClient, queue: SearchIndexQueue, ids: ObjectIDGenerator, health: ServiceHealth, logger: Logger
    ) {
        self.client = client
        self.queue = queue
        self.health = health
        self.logger = logger
        owner = ids.next()
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var swept: ContinuousClock.Instant?
            while true {
                try await Task.sleep(for: Self.interval)
                guard health.status == .ready else { continue }
                do {
                    if swept.map({ .now - $0 > Self.sweepInterval }) ?? true {
                        try await sweep()
                        swept = .now
                    }
                    try await work()
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // What was not done is found again by the next round or sweep.
                    logger.debug("search index waits", metadata: ["error": "\(error)"])
                }
                lag.record(queue.lag)
            }
        }
    }

    private func sweep() async throws {
        let queue = queue
        try await client.rooms("search index sweep") { rooms in
            try rooms.forEach(withMessages: SearchIndexState.blockLength) { last, room in
                queue.note(room, lastSeq: last.seq, rev: last.rev)
            }
        }
    }

    /// Until no room waits: one step in each, again and again.
    private func work() async throws {
        while true {
            let rooms = queue.waiting
            if rooms.isEmpty { return }
            for room in rooms {
                let start = ContinuousClock.now
                try await step(room)
                lag.record(queue.lag)
                try await Task.sleep(for: .now - start)
            }
        }
    }

    private func step(_ room: String) async throws {
        let owner = owner
        do {
            let progress = try await client.run("search index") { connection in
                try SearchIndexer(connection, owner: owner).step(room, now: Timestamp.now.milliseconds)
            }
            steps.increment()
            switch progress {
            case .more(let state):
                queue.advanced(room, to: SearchIndexQueue.Position(seq: state.seq, rev: state.rev))
            case .done(let state):
                if let state {
                    queue.advanced(room, to: SearchIndexQueue.Position(seq: state.seq, rev: state.rev))
                }
                queue.finished(room)
            case .claimed:
                queue.finished(room)
            }
        } catch let error as MongoError where !error.isTransient && error.code != .shutdown {
            // One room must not hold up the others.
            queue.finished(room)
            logger.warning("room not indexed", metadata: ["room_id": "\(room)", "error": "\(error)"])
        }
    }
}
