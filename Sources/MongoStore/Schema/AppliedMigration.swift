package import BSON

/// A document of `schema_migrations`: the record that a step was applied.
package struct AppliedMigration: Sendable, Hashable {
    /// `_id`.
    package var version: Int
    package var name: String
    package var checksum: String
    /// When it was finished; milliseconds since 1970.
    package var appliedAtMilliseconds: Int64
    package var durationMilliseconds: Int64

    package init(
        version: Int, name: String, checksum: String, appliedAtMilliseconds: Int64 = 0, durationMilliseconds: Int64 = 0
    ) {
        self.version = version
        self.name = name
        self.checksum = checksum
        self.appliedAtMilliseconds = appliedAtMilliseconds
        self.durationMilliseconds = durationMilliseconds
    }

    /// - Throws: `.decoding` when the document is no such record.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let version = document.int64("_id"), let name = document.string("name"),
            let checksum = document.string("checksum")
        else {
            throw MongoError(.decoding, "schema_migrations holds what is no record of a step: \(document)")
        }
        self.init(
            version: Int(version), name: name, checksum: checksum,
            appliedAtMilliseconds: document.milliseconds("applied_at") ?? 0,
            durationMilliseconds: document.int64("duration_ms") ?? 0)
    }

    package var document: BSONDocument {
        [
            "_id": .int64(Int64(version)), "name": .string(name), "checksum": .string(checksum),
            "applied_at": .datetime(milliseconds: appliedAtMilliseconds), "duration_ms": .int64(durationMilliseconds),
        ]
    }

    /// All records, in the order of their versions.
    package static func all(_ connection: MongoConnection) throws(MongoError) -> [AppliedMigration] {
        // Not sorted by the server: there are a handful.
        var records: [AppliedMigration] = []
        for document in try connection.find(Schema.migrations.name, [:]) {
            records.append(try AppliedMigration(document))
        }
        return records.sorted { $0.version < $1.version }
    }
}
