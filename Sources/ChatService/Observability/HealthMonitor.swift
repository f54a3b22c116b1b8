import BSON
import Chat
import Logging
import MongoStore
import ServiceLifecycle

/// Watches the database: whether it answers, whether its schema is this version's, and whether the clocks agree.
struct HealthMonitor: Service {
    static let interval: Duration = .seconds(2)
    /// A process further ahead of the database must not write: its ids would order after everyone else's.
    static let maximumClockLead: Int64 = 5_000

    let database: MongoClient
    let health: ServiceHealth
    let logger: Logger
    /// Called whenever the database is found ready.
    let onReady: @Sendable () -> Void

    /// - Throws: `StartError` when the schema is behind or ahead: waiting would not mend that.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await check()
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    return
                }
            }
        }
    }

    private func check() async throws {
        let found: ServiceHealth.Status
        do {
            found = try await status()
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
            logger.notice("database ready")
            onReady()
        case .unavailable(let reason):
            logger.warning("not ready", metadata: ["reason": "\(reason)"])
        case .starting:
            break
        }
    }

    private func status() async throws -> ServiceHealth.Status {
        let (schema, serverTime) = try await database.run("health check") { connection in
            (try SchemaCheck.run(connection), try connection.hello().milliseconds("localTime"))
        }
        guard schema == .current else {
            // At the start waiting would not mend it; later, an operator may be in the middle of a change.
            guard health.hasBeenReady else { throw StartError(.schema, schema.description) }
            return .unavailable(schema.description)
        }
        let lead = serverTime.map { Timestamp.now.milliseconds - $0 } ?? 0
        guard lead <= Self.maximumClockLead else {
            return .unavailable("this machine's clock is \(lead) ms ahead of the database's")
        }
        return .ready
    }
}
