import BSON
import MongoStore
import TestSupport

/// Several service processes on one database that is the test's own, with a proxy on every way.
final class ServiceCluster: Sendable {
    let database: EmbeddedDatabase
    /// The name in the database server.
    let name: String
    let nodes: [ServiceNode]

    /// Settings for tests that want much to happen in little time: senders are told soon, and may send as fast as they
    /// are answered.
    static let hurried = ["CHAT_SEND_PATIENCE": "3", "CHAT_FRAMES_PER_SECOND": "0"]

    private init(database: EmbeddedDatabase, name: String, nodes: [ServiceNode]) {
        self.database = database
        self.name = name
        self.nodes = nodes
    }

    /// Runs `body` with a fresh cluster, and stops it.
    ///
    /// - Parameter environment: settings of the services.
    static func with(
        nodes count: Int, environment: [String: String] = [:], _ body: (ServiceCluster) async throws -> Void
    ) async throws {
        let database = try await EmbeddedDatabase.start()
        let name = TestEnvironment.randomDatabaseName()
        try await ChatServer.migrate(uri: database.uri, database: name)
        var nodes: [ServiceNode] = []
        for index in 0..<count {
            nodes.append(
                try await ServiceNode(
                    index: index, databasePort: database.port, database: name, environment: environment))
        }
        let cluster = ServiceCluster(database: database, name: name, nodes: nodes)
        let result: Result<Void, any Error>
        do {
            try await cluster.repair()
            result = .success(try await body(cluster))
        } catch {
            result = .failure(error)
            for node in nodes { print("service \(node.index) logged:\n\(node.recentLog)") }
        }
        for node in nodes { await node.stop() }
        await database.stop()
        try result.get()
    }

    /// Takes all faults back and starts what does not run.
    func repair() async throws {
        for node in nodes {
            await node.databaseLink.heal()
            await node.clientLink.heal()
        }
        if !database.isRunning { try await database.restart() }
        for node in nodes { try await node.start() }
    }

    /// Looks into the database, past the proxies.
    func withDatabase<T: Sendable>(_ body: @escaping @Sendable (MongoConnection) throws -> T) async throws -> T {
        let client = try MongoClient(MongoConfiguration(uri: database.uri, database: name))
        do {
            let value = try await client.run("test", body)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
