import Chat
import Logging
import Metrics
import MongoStore
import ServiceLifecycle

/// Removes what the retention settings of rooms no longer keep, in small steps with pauses as long as the steps took, so
/// that the database is at most half busy with it. Several processes may do so at once.
struct RetentionService: Service {
    let client: MongoClient
    let interval: Duration
    let health: ServiceHealth
    let logger: Logger
    private let removed = Counter(label: "retention_removed_messages")

    init(client: MongoClient, interval: Duration, health: ServiceHealth, logger: Logger) {
        self.client = client
        self.interval = interval
        self.health = health
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                guard health.status == .ready else { continue }
                do {
                    try await pass()
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // What was not done is found again by the next pass.
                    logger.debug("retention waits", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func pass() async throws {
        for room in try await client.run("rooms with retention", { try RetentionRepository($0).rooms() }) {
            let now = Timestamp.now.milliseconds
            let first = try await client.run("first kept") { connection in
                let retention = RetentionRepository(connection)
                let first = try retention.firstKept(in: room, now: now)
                if first > room.firstSeq { try retention.raiseFirst(of: room.id, to: first) }
                return max(first, room.firstSeq)
            }
            // Also what an earlier pass did not come to.
            try await remove(in: room.id, before: first)
        }
    }

    private func remove(in room: String, before first: Int64) async throws {
        while true {
            let start = ContinuousClock.now
            let count = try await client.run("retention") { connection in
                try RetentionRepository(connection).removeStep(in: room, before: first)
            }
            guard count > 0 else { return }
            removed.increment(by: count)
            try await Task.sleep(for: .now - start)
        }
    }
}
