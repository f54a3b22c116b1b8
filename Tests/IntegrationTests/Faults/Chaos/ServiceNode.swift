import Synchronization
import TestSupport

/// One of several service processes on one database, with a proxy in front of it and one behind it.
final class ServiceNode: Sendable {
    /// Counts from 0.
    let index: Int
    /// From the service to the database.
    let databaseLink: FaultProxy
    /// From the clients to the service.
    let clientLink: FaultProxy
    private let database: String
    private let environment: [String: String]
    private let running = Mutex<ChatServer?>(nil)

    /// - Parameter environment: settings of the service.
    init(index: Int, databasePort: Int, database: String, environment: [String: String]) async throws {
        self.index = index
        self.database = database
        self.environment = environment
        databaseLink = try await FaultProxy.start(target: databasePort)
        clientLink = try await FaultProxy.start(target: 0)
    }

    /// `ws://127.0.0.1:PORT` of the proxy, which stays while the service comes and goes.
    var socketURL: String { "ws://127.0.0.1:\(clientLink.port)" }

    /// What the driver gets: short timeouts, so that a stalled connection soon is an unknown outcome.
    private var databaseURI: String {
        "mongodb://127.0.0.1:\(databaseLink.port)/?directConnection=true"
            + "&connectTimeoutMS=1000&serverSelectionTimeoutMS=1000&socketTimeoutMS=2000"
    }

    /// Starts the service, unless it runs, and returns when it serves.
    func start() async throws {
        guard running.withLock({ $0 == nil }) else { return }
        let server = try await ChatServer.start(uri: databaseURI, database: database, environment: environment)
        await clientLink.retarget(to: server.port)
        running.withLock { $0 = server }
    }

    /// SIGKILL.
    func kill() async {
        await take()?.kill()
    }

    /// SIGTERM. Returns the exit status; nil when it did not run.
    @discardableResult
    func stop() async -> Int32? {
        await take()?.stop()
    }

    /// What is wrong with the process: it ended by itself. Nil: nothing.
    var fault: String? {
        guard let server = running.withLock({ $0 }), let status = server.process.exitStatus else { return nil }
        return "service \(index) ended by itself with \(status):\n\(server.process.text(.error).suffix(4_000))"
    }

    /// The end of what the running process logged.
    var recentLog: String { running.withLock { $0?.process.text(.error).suffix(4_000).description } ?? "not running" }

    private func take() -> ChatServer? {
        running.withLock { running in
            defer { running = nil }
            return running
        }
    }
}
