import BSON
import Chat
import ChatLog
import Logging
import MongoStore
import ServiceLifecycle

/// Watches the database: whether it answers, whether its schema is this version's, and whether the clocks agree. While
/// one of the latter two fails, nothing is written.
struct HealthMonitor: Service {
    static let interval: Duration = .seconds(2)
    /// A process further ahead of the database must not write: its ids would order after everyone else's.
    static let maximumClockLead: Int64 = 5_000

    let database: MongoClient
    let health: ServiceHealth
    let log: MessageLog
    let changes: ChangeLane
    let logger: Logger
    /// Called whenever the database is found ready.
    let onReady: @Sendable () -> Void

    /// How long an answer is waited for. The driver's own limit is for slow queries, and much longer.
    static let patience: Duration = .seconds(5)

    /// - Throws: `StartError` when the schema is behind or ahead: waiting would not mend that.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            // One that hangs is waited for further: no job of the driver can be called off.
            var open: Task<ServiceHealth.Status, any Error>?
            while !Task.isCancelled {
                let checking = open ?? Task { try await status() }
                let result = await Self.result(of: checking, within: Self.patience)
                open = result == nil ? checking : nil
                try take(result ?? .failure(MongoError(.timeout, "the database does not answer in time")))
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    return
                }
            }
        }
    }

    /// Nil: it is not there in time.
    private static func result<Value: Sendable>(
        of task: Task<Value, any Error>, within limit: Duration
    ) async -> Result<Value, any Error>? {
        let (results, continuation) = AsyncStream<Result<Value, any Error>>.makeStream()
        let waiting = Task {
            continuation.yield(await task.result)
            continuation.finish()
        }
        let alarm = Task {
            try await Task.sleep(for: limit)
            continuation.finish()
        }
        defer {
            waiting.cancel()
            alarm.cancel()
        }
        return await results.first { _ in true }
    }

    private func take(_ result: Result<ServiceHealth.Status, any Error>) throws {
        let found: ServiceHealth.Status
        var mustNotWrite = false
        do {
            found = try result.get()
            mustNotWrite = found != .ready
        } catch let error as MongoError {
            found = .unavailable("the database does not answer")
            if health.status != found { logger.warning("database unavailable", metadata: ["error": "\(error)"]) }
        } catch is CancellationError {
            return
        }
        let before = health.set(found)
        guard before != found else { return }
        switch found {
        case .ready:
            log.resume()
            changes.resume()
            logger.notice("database ready")
            onReady()
        case .unavailable(let reason):
            // While the database is only away, messages wait for it. What must not be written needs somebody to act.
            if mustNotWrite {
                log.suspend(reason)
                changes.suspend(reason)
            }
            logger.log(level: mustNotWrite ? .critical : .warning, "not ready", metadata: ["reason": "\(reason)"])
        case .starting:
            break
        }
    }

    private func status() async throws -> ServiceHealth.Status {
        let (schema, began, serverTime) = try await database.run("health check") { connection in
            let schema = try SchemaCheck.run(connection)
            // Taken before the question: however long the answer takes, this clock is ahead by at least the difference.
            let began = Timestamp.now.milliseconds
            return (schema, began, try connection.hello().milliseconds("localTime"))
        }
        // At the start waiting would not mend it; later, an operator may be in the middle of a change.
        if schema != .current, !health.hasBeenReady { throw StartError(.schema, schema.description) }
        return Self.status(schema: schema, clockLead: serverTime.map { began - $0 } ?? 0)
    }

    /// - Parameter clockLead: by how many milliseconds, at least, this machine's clock is ahead of the database's.
    static func status(schema: SchemaState, clockLead: Int64) -> ServiceHealth.Status {
        guard schema == .current else { return .unavailable(schema.description) }
        guard clockLead <= maximumClockLead else {
            let seconds = maximumClockLead / 1_000
            return .unavailable("this machine's clock is more than \(seconds) s ahead of the database's")
        }
        return .ready
    }
}
