import TestSupport

/// One service for tests that only ask and leave nothing behind; it ends with the tests' process.
actor SharedService {
    static let shared = SharedService()

    private var starting: Task<ChatServer, any Error>?

    func get(_ path: String) async throws -> (status: Int, body: JSON) {
        let task =
            starting
            ?? Task {
                let uri = try TestEnvironment.mongoURI()
                let database = TestEnvironment.randomDatabaseName()
                try await ChatServer.migrate(uri: uri, database: database)
                return try await ChatServer.start(uri: uri, database: database)
            }
        starting = task
        return try await ChatFixture.get(path, user: "reader", on: task.value)
    }
}
