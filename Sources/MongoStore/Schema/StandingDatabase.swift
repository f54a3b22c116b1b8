internal import BSON

/// What stands in a database, as far as the schema says something about it.
package struct StandingDatabase: Sendable, Hashable {
    package struct Collection: Sendable, Hashable {
        /// Without that of `_id`.
        package var indexes: [StandingIndex]
        /// Nil when any document may be stored.
        package var validator: StandingValidator?

        package init(indexes: [StandingIndex] = [], validator: StandingValidator? = nil) {
            self.indexes = indexes
            self.validator = validator
        }
    }

    package var collections: [String: Collection]

    package init(_ collections: [String: Collection] = [:]) {
        self.collections = collections
    }

    /// What a database looks like that has all of `schema`.
    package init(asIn schema: [CollectionSchema]) {
        collections = [:]
        for collection in schema {
            collections[collection.name] = Collection(
                indexes: collection.indexes.map(StandingIndex.init), validator: StandingValidator(collection))
        }
    }
}

extension StandingDatabase {
    /// Reads it: one command, and one more for each collection that the schema names.
    package init(of connection: MongoConnection, schema: [CollectionSchema] = Schema.current) throws(MongoError) {
        collections = [:]
        for entry in try Self.collectionEntries(connection) {
            guard let name = entry.string("name"), schema.contains(where: { $0.name == name }) else { continue }
            collections[name] = Collection(
                indexes: try Self.indexes(of: name, connection),
                validator: StandingValidator(options: entry.document("options") ?? [:]))
        }
    }

    static func indexes(of collection: String, _ connection: MongoConnection) throws(MongoError) -> [StandingIndex] {
        let batch = try connection.firstBatch(["listIndexes": .string(collection), "cursor": ["batchSize": 1000]])
        return batch.map(StandingIndex.init(specification:)).filter { $0.name != "_id_" }
    }

    private static func collectionEntries(_ connection: MongoConnection) throws(MongoError) -> [BSONDocument] {
        // A database has few collections; those of the schema come within the first ten thousand.
        try connection.firstBatch([
            "listCollections": 1, "filter": ["type": "collection"], "cursor": ["batchSize": 10_000],
        ])
    }
}

extension MongoConnection {
    /// The first batch of a command that answers with a cursor. Must be large enough for all: no more is fetched.
    fileprivate func firstBatch(_ command: BSONDocument) throws(MongoError) -> [BSONDocument] {
        try self.command(command).document("cursor")?.array("firstBatch")?.documents ?? []
    }
}
