internal import BSON
internal import Synchronization

// Collections, validators, indexes: each is made only when it is missing.
extension Migrator {
    func createCollections(_ names: [String]) async throws(MigrationError) {
        for collection in schema where names.contains(collection.name) {
            let isNew = try await attempt("create") { connection in
                try connection.createCollection(collection.name, validator: collection.validator)
            }
            if isNew { report(.collectionCreated(collection.name)) }
        }
    }

    func setValidators(_ names: [String]) async throws(MigrationError) {
        let standing = try await standing()
        for collection in schema where names.contains(collection.name) {
            let found = standing.collections[collection.name]
            guard found?.validator != StandingValidator(collection) else { continue }
            let command: BSONDocument = [
                "collMod": .string(collection.name), "validator": .document(collection.validator ?? [:]),
                "validationLevel": "strict", "validationAction": "error",
            ]
            try await attempt("collMod") { connection in
                try connection.createCollection(collection.name)
                _ = try connection.write(command)
            }
            report(.validatorSet(collection.name))
        }
    }

    /// Builds those that are missing, of those that `isWanted` says.
    /// - Throws: `.conflict`, after all others are built, when indexes stand with another definition.
    func buildIndexes(_ isWanted: (IndexSchema, _ collection: String) -> Bool) async throws(MigrationError) {
        var conflicts: [SchemaDifference] = []
        for difference in SchemaDifference.between(schema, try await standing()) {
            switch difference {
            case .missingIndex(let collection, let index) where isWanted(index, collection):
                try await build(index, in: collection)
            case .missingCollection(let collection):
                for index in collection.indexes where isWanted(index, collection.name) {
                    try await build(index, in: collection.name)
                }
            case .otherIndex(let collection, let index, _) where isWanted(index, collection):
                conflicts.append(difference)
            case .missingIndex, .otherIndex, .extraIndex, .missingValidator, .otherValidator, .extraValidator:
                break
            }
        }
        guard conflicts.isEmpty else {
            throw MigrationError(
                .conflict,
                conflicts.map(\.description).joined(separator: "\n")
                    + "\nNothing was dropped. Drop or rename what stands there, then run this again.")
        }
    }

    func standing() async throws(MigrationError) -> StandingDatabase {
        let schema = schema
        return try await attempt("survey") { try StandingDatabase(of: $0, schema: schema) }
    }

    /// Waits for an index that the server was building when the last run ended, or builds it anew when the server was
    /// started again meanwhile: then it may stand without all its entries.
    func finishInterruptedBuild() async throws(MigrationError) {
        guard let mark = try await attempt("build mark", { try BuildMark.read($0) }) else { return }
        if let index = schema.first(where: { $0.name == mark.collection })?.index(named: mark.index) {
            let dropped = try await attempt("build mark") { connection in
                let standing = try StandingDatabase.indexes(of: mark.collection, connection)
                let process = try BuildMark.serverProcess(connection)
                // Only what a run of this program began to build.
                guard standing.contains(StandingIndex(index)), process == nil || process != mark.process else {
                    return false
                }
                _ = try connection.write(["dropIndexes": .string(mark.collection), "index": .string(mark.index)])
                return true
            }
            if dropped { report(.indexRebuilt(collection: mark.collection, index: mark.index)) }
            // A server that still builds it answers when it is ready.
            try await build(index, in: mark.collection)
        }
        try await attempt("build mark") { try BuildMark.remove($0) }
    }

    private func build(_ index: IndexSchema, in collection: String) async throws(MigrationError) {
        let documents = try await attempt("count") { connection in
            Int(try connection.read(["count": .string(collection)]).int64("n") ?? 0)
        }
        report(.indexStarted(collection: collection, StandingIndex(index), documents: documents))
        let start = ContinuousClock.now
        let progress = Task { await reportProgress(of: index, in: collection, documents: documents, since: start) }
        defer { progress.cancel() }
        try await attempt("createIndexes") { connection in
            do {
                try IndexBuild(index: index, collection: collection, isEmpty: documents == 0).run(connection)
            } catch let error as MongoError {
                throw try Self.explained(error, index, collection, connection)
            }
        }
        report(.indexFinished(collection: collection, index: index.name, elapsed: .now - start))
    }

    private static let indexConflicts: Set<Int32> = [85, 86]

    /// The errors that say what is wrong with the database, not with the way to it.
    private static func explained(
        _ error: MongoError, _ index: IndexSchema, _ collection: String, _ connection: MongoConnection
    ) throws -> any Error {
        if error.code == .duplicateKey {
            let examples = try duplicates(of: index, in: collection, connection)
            return MigrationError(
                .data,
                "\(collection): index \(index.name) is unique, but some keys occur more than once, such as\n"
                    + examples.map { "      \($0)\n" }.joined()
                    + "Remove or change these documents, then run this again.")
        }
        if let code = error.serverCode, indexConflicts.contains(code) {
            return MigrationError(.conflict, "\(collection): index \(StandingIndex(index)): \(error.message)")
        }
        return error
    }

    private static func duplicates(
        of index: IndexSchema, in collection: String, _ connection: MongoConnection
    ) throws -> [String] {
        let key = BSONDocument(
            index.fields.map { ($0.path.replacing(".", with: "_"), BSONValue.string("$" + $0.path)) })
        let pipeline: [BSONDocument] = [
            ["$match": .document(index.partialFilter ?? [:])],
            ["$group": ["_id": .document(key), "count": ["$sum": 1], "ids": ["$push": "$_id"]]],
            ["$match": ["count": ["$gt": 1]]],
            ["$limit": 5],
        ]
        let options = AggregateOptions(collation: index.collation, allowDiskUse: true)
        return try connection.aggregate(collection, pipeline, options: options).map { group in
            let ids = (group.array("ids") ?? []).prefix(5).map(\.description).joined(separator: ", ")
            return "\(group["_id"] ?? .null) in \(group.int64("count") ?? 0) documents: \(ids)"
        }
    }
}
