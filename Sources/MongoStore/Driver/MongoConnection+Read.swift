package import BSON
internal import CMongoC

extension MongoConnection {
    /// All documents that match.
    package func find(
        _ collection: String, _ filter: BSONDocument, options: FindOptions = FindOptions()
    ) throws(MongoError) -> [BSONDocument] {
        let cursor = try openFind(collection, filter, options)
        defer { mongoc_cursor_destroy(cursor) }
        return try collect(cursor)
    }

    /// The first document that matches.
    package func findOne(
        _ collection: String, _ filter: BSONDocument, options: FindOptions = FindOptions()
    ) throws(MongoError) -> BSONDocument? {
        var options = options
        options.limit = 1
        return try find(collection, filter, options: options).first
    }

    /// Hands each matching document to `body`, batch by batch, until it returns false. The cursor is closed before this
    /// returns or throws.
    package func forEach(
        _ collection: String, _ filter: BSONDocument, options: FindOptions = FindOptions(),
        _ body: (BSONDocument) throws -> Bool
    ) throws {
        let cursor = try openFind(collection, filter, options)
        defer { mongoc_cursor_destroy(cursor) }
        while let document = try next(cursor) {
            guard try body(document) else { return }
        }
    }

    /// All documents that the pipeline makes.
    package func aggregate(
        _ collection: String, _ pipeline: [BSONDocument], options: AggregateOptions = AggregateOptions()
    ) throws(MongoError) -> [BSONDocument] {
        let cursor = try openAggregate(collection, pipeline, options)
        defer { mongoc_cursor_destroy(cursor) }
        return try collect(cursor)
    }

    /// How many documents match; counts them one by one.
    package func count(
        _ collection: String, _ filter: BSONDocument = BSONDocument(), source: ReadSource = .primaryMajority
    ) throws(MongoError) -> Int {
        let result = try aggregate(
            collection, [["$match": .document(filter)], ["$count": "n"]], options: AggregateOptions(source: source))
        return Int(result.first?.int64("n") ?? 0)
    }

    /// The different values of a field among the documents that match. They come in one answer: at most 16 MiB.
    package func distinct(
        _ collection: String, _ field: String, _ filter: BSONDocument = BSONDocument(),
        source: ReadSource = .primaryMajority
    ) throws(MongoError) -> [BSONValue] {
        let reply = try read(
            ["distinct": .string(collection), "key": .string(field), "query": .document(filter)], from: source)
        return reply.array("values")?.values ?? []
    }
}

// MARK: - Cursors; none outlives the call that opens it

extension MongoConnection {
    private func openFind(
        _ collection: String, _ filter: BSONDocument, _ options: FindOptions
    ) throws(MongoError) -> OpaquePointer {
        var error = bson_error_t()
        let given = options.document(self.options(for: options.source))
        let cursor = filter.bytes.withUnsafeBufferPointer { filter in
            given.bytes.withUnsafeBufferPointer { given in
                tertulia_find(
                    client.pointer, database, collection, filter.baseAddress, filter.count, given.baseAddress,
                    given.count, session, preference(for: options.source), &error)
            }
        }
        guard let cursor else { throw MongoError(error, reply: nil) }
        return cursor
    }

    private func openAggregate(
        _ collection: String, _ pipeline: [BSONDocument], _ options: AggregateOptions
    ) throws(MongoError) -> OpaquePointer {
        var error = bson_error_t()
        let stages: BSONDocument = ["pipeline": .array(BSONArray(pipeline))]
        let given = options.document(self.options(for: options.source))
        let cursor = stages.bytes.withUnsafeBufferPointer { stages in
            given.bytes.withUnsafeBufferPointer { given in
                tertulia_aggregate(
                    client.pointer, database, collection, stages.baseAddress, stages.count, given.baseAddress,
                    given.count, session, preference(for: options.source), &error)
            }
        }
        guard let cursor else { throw MongoError(error, reply: nil) }
        return cursor
    }

    private func next(_ cursor: OpaquePointer) throws(MongoError) -> BSONDocument? {
        var length: UInt32 = 0
        if let bytes = tertulia_cursor_next(cursor, &length) {
            return BSONDocument(trusted: Array(UnsafeBufferPointer(start: bytes, count: Int(length))))
        }
        var error = bson_error_t()
        var reply: UnsafePointer<UInt8>?
        guard tertulia_cursor_failed(cursor, &error, &reply, &length) else { return nil }
        let answer = reply.map { BSONDocument(trusted: Array(UnsafeBufferPointer(start: $0, count: Int(length)))) }
        throw MongoError(error, reply: answer)
    }

    private func collect(_ cursor: OpaquePointer) throws(MongoError) -> [BSONDocument] {
        var documents: [BSONDocument] = []
        while let document = try next(cursor) { documents.append(document) }
        return documents
    }
}
