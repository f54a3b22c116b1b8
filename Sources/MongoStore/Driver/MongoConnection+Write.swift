package import BSON
internal import CMongoC

// Each is one command, with the connection string's write concern. A command holds at most 16 MiB and 100,000
// documents or statements; libmongoc splits nothing here.
extension MongoConnection {
    /// Inserts documents; each needs an `_id`, else the server makes one.
    /// - Parameter ordered: stop at the first that is refused.
    /// - Throws: only when the whole command failed; what single documents met is in the outcome.
    package func insert(
        _ collection: String, _ documents: [BSONDocument], ordered: Bool = true
    ) throws(MongoError) -> InsertOutcome {
        guard !documents.isEmpty else { return InsertOutcome(insertedCount: 0) }
        var writer = BSONWriter(reservingCapacity: documents.reduce(128) { $0 + $1.bytes.count + 8 })
        writer.append("insert", collection)
        writer.append("ordered", ordered)
        writer.array("documents") { array in
            for document in documents { array.append(document) }
        }
        return try insert(command: writer.finish())
    }

    /// Runs an insert command that the caller wrote. For the hot path.
    package func insert(command: BSONDocument) throws(MongoError) -> InsertOutcome {
        let (reply, concern) = try exchangeWrite(command)
        return InsertOutcome(
            insertedCount: Int(reply.int64("n") ?? 0), writeErrors: Self.writeErrors(in: reply),
            writeConcernError: concern)
    }

    /// - Parameter ordered: stop at the first statement that fails.
    /// - Throws: only when the whole command failed.
    package func update(
        _ collection: String, _ updates: [UpdateOperation], ordered: Bool = true
    ) throws(MongoError) -> UpdateOutcome {
        guard !updates.isEmpty else {
            return UpdateOutcome(matched: 0, modified: 0, upserted: [], writeErrors: [])
        }
        var writer = BSONWriter(reservingCapacity: 256)
        writer.append("update", collection)
        writer.append("ordered", ordered)
        writer.array("updates") { array in
            for update in updates { update.write(into: &array) }
        }
        let (reply, concern) = try exchangeWrite(writer.finish())
        let upserted = (reply.array("upserted")?.documents ?? []).map {
            UpdateOutcome.Upserted(index: Int($0.int64("index") ?? 0), id: $0["_id"] ?? .null)
        }
        return UpdateOutcome(
            matched: Int(reply.int64("n") ?? 0) - upserted.count, modified: Int(reply.int64("nModified") ?? 0),
            upserted: upserted, writeErrors: Self.writeErrors(in: reply), writeConcernError: concern)
    }

    /// Deletes what matches and says how much that was.
    /// - Parameter limit: 0 for all, 1 for the first.
    /// - Throws: also the statement's own error and a write concern error.
    @discardableResult
    package func delete(_ collection: String, _ filter: BSONDocument, limit: Int = 0) throws(MongoError) -> Int {
        var writer = BSONWriter(reservingCapacity: 256)
        writer.append("delete", collection)
        writer.array("deletes") { array in
            array.document { statement in
                statement.append("q", filter)
                statement.append("limit", Int32(limit == 0 ? 0 : 1))
            }
        }
        let (reply, concern) = try exchangeWrite(writer.finish())
        if let first = Self.writeErrors(in: reply).first { throw first.error }
        if let concern { throw concern }
        return Int(reply.int64("n") ?? 0)
    }

    /// Changes one document and returns it as it was, or as it is now; nil when none matched (and, before an upsert,
    /// when there was none).
    package func findAndModify(
        _ collection: String, _ filter: BSONDocument, update: BSONDocument, upsert: Bool = false,
        returnNew: Bool = false, sort: BSONDocument? = nil, projection: BSONDocument? = nil
    ) throws(MongoError) -> BSONDocument? {
        var writer = BSONWriter(reservingCapacity: 256)
        writer.append("findAndModify", collection)
        writer.append("query", filter)
        writer.append("update", update)
        if upsert { writer.append("upsert", true) }
        if returnNew { writer.append("new", true) }
        if let sort { writer.append("sort", sort) }
        if let projection { writer.append("fields", projection) }
        return try write(writer.finish()).document("value")
    }

    /// A write concern error is handed back, every other error thrown: with it the answer counts.
    private func exchangeWrite(_ command: BSONDocument) throws(MongoError) -> (BSONDocument, MongoError?) {
        let exchange = exchange(command, kind: TERTULIA_COMMAND_WRITE)
        guard let error = exchange.error else { return (exchange.reply ?? BSONDocument(), nil) }
        guard let reply = exchange.reply, reply.document("writeConcernError") != nil, reply.int64("ok") == 1 else {
            throw error
        }
        return (reply, error)
    }

    private static func writeErrors(in reply: BSONDocument) -> [WriteError] {
        (reply.array("writeErrors")?.documents ?? []).map(WriteError.init(reply:))
    }
}
