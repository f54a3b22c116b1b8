/// What the service asks at its start: a handful of documents in one read. Indexes and validators themselves are
/// compared by `migrate verify`.
package enum SchemaCheck {
    package static func run(_ connection: MongoConnection) throws(MongoError) -> SchemaState {
        MigrationHistory(applied: try AppliedMigration.all(connection)).state
    }

    /// - Throws: `MongoError`, or `CancellationError` when the task was cancelled before the check began.
    package static func run(_ client: MongoClient) async throws -> SchemaState {
        try await client.run("schema check") { try run($0) }
    }
}
