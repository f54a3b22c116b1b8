internal import BSON

extension Schema {
    /// The steps that were applied; `_id` is the version. See ``AppliedMigration``.
    package static let migrations = CollectionSchema(
        "schema_migrations",
        validator: ValidatorShape.document(
            required: ["_id", "name", "checksum", "applied_at", "duration_ms"],
            [
                "_id": ValidatorShape.integer(from: 1),
                "name": ValidatorShape.string(1...128),
                "checksum": ValidatorShape.string(16...16),
                "applied_at": ValidatorShape.date,
                "duration_ms": ValidatorShape.integer(from: 0),
            ]))

    /// Who is migrating (``MigrationLock``), and which index is being built (``BuildMark``).
    package static let lock = CollectionSchema("schema_lock")
}
