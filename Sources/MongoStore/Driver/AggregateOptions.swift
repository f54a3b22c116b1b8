package import BSON

/// Options of an aggregate; nil means the server's default.
package struct AggregateOptions: Sendable {
    package var collation: BSONDocument?
    /// An index' name or its keys.
    package var hint: BSONValue?
    /// Documents a round trip.
    package var batchSize: Int?
    /// The server gives up after this (`.timeout`). When nil only the socket timeout bounds it.
    package var maxTimeMilliseconds: Int?
    package var allowDiskUse: Bool?
    package var source: ReadSource

    package init(
        collation: BSONDocument? = nil, hint: BSONValue? = nil, batchSize: Int? = nil,
        maxTimeMilliseconds: Int? = nil, allowDiskUse: Bool? = nil, source: ReadSource = .primaryMajority
    ) {
        self.collation = collation
        self.hint = hint
        self.batchSize = batchSize
        self.maxTimeMilliseconds = maxTimeMilliseconds
        self.allowDiskUse = allowDiskUse
        self.source = source
    }

    /// As libmongoc takes them, behind `initial`.
    func document(_ initial: BSONDocument) -> BSONDocument {
        var writer = BSONWriter(reservingCapacity: 128)
        writer.append(contentsOf: initial)
        if let collation { writer.append("collation", collation) }
        if let hint { writer.append("hint", hint) }
        if let batchSize { writer.append("batchSize", batchSize) }
        if let maxTimeMilliseconds { writer.append("maxTimeMS", maxTimeMilliseconds) }
        if let allowDiskUse { writer.append("allowDiskUse", allowDiskUse) }
        return writer.finish()
    }
}
