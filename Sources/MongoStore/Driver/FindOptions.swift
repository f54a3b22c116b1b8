package import BSON

/// Options of a find; nil means the server's default.
package struct FindOptions: Sendable {
    package var sort: BSONDocument?
    /// At least 1.
    package var limit: Int?
    package var skip: Int?
    package var projection: BSONDocument?
    package var collation: BSONDocument?
    /// An index' name or its keys.
    package var hint: BSONValue?
    /// Documents a round trip; when nil, a `limit` up to 1,000 comes in one.
    package var batchSize: Int?
    /// The server gives up after this (`.timeout`). When nil only the socket timeout bounds it.
    package var maxTimeMilliseconds: Int?
    package var source: ReadSource

    package init(
        sort: BSONDocument? = nil, limit: Int? = nil, skip: Int? = nil, projection: BSONDocument? = nil,
        collation: BSONDocument? = nil, hint: BSONValue? = nil, batchSize: Int? = nil,
        maxTimeMilliseconds: Int? = nil, source: ReadSource = .primaryMajority
    ) {
        self.sort = sort
        self.limit = limit
        self.skip = skip
        self.projection = projection
        self.collation = collation
        self.hint = hint
        self.batchSize = batchSize
        self.maxTimeMilliseconds = maxTimeMilliseconds
        self.source = source
    }

    /// As libmongoc takes them, behind `initial`.
    func document(_ initial: BSONDocument) -> BSONDocument {
        var writer = BSONWriter(reservingCapacity: 128)
        writer.append(contentsOf: initial)
        if let sort { writer.append("sort", sort) }
        if let limit { writer.append("limit", limit) }
        if let skip { writer.append("skip", skip) }
        if let projection { writer.append("projection", projection) }
        if let collation { writer.append("collation", collation) }
        if let hint { writer.append("hint", hint) }
        // One more than the limit, so that the server closes the cursor with the first batch.
        if let size = batchSize ?? limit.flatMap({ $0 <= 1000 ? $0 + 1 : nil }) { writer.append("batchSize", size) }
        if let maxTimeMilliseconds { writer.append("maxTimeMS", maxTimeMilliseconds) }
        return writer.finish()
    }
}
