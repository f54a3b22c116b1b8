package import BSON

/// One statement of an update command.
package struct UpdateOperation: Sendable {
    package var filter: BSONDocument
    /// A document of update operators, a replacement, or an array of pipeline stages.
    package var update: BSONValue
    package var upsert: Bool
    /// All documents that match, not just the first.
    package var multi: Bool
    package var collation: BSONDocument?
    package var arrayFilters: [BSONDocument]?

    package init(
        filter: BSONDocument, update: BSONDocument, upsert: Bool = false, multi: Bool = false,
        collation: BSONDocument? = nil, arrayFilters: [BSONDocument]? = nil
    ) {
        self.filter = filter
        self.update = .document(update)
        self.upsert = upsert
        self.multi = multi
        self.collation = collation
        self.arrayFilters = arrayFilters
    }

    /// With an aggregation pipeline as the update (MongoDB 4.2).
    package init(filter: BSONDocument, pipeline: [BSONDocument], upsert: Bool = false, multi: Bool = false) {
        self.filter = filter
        update = .array(BSONArray(pipeline))
        self.upsert = upsert
        self.multi = multi
    }

    func write(into writer: inout BSONArrayWriter) {
        writer.document { statement in
            statement.append("q", filter)
            statement.append("u", update)
            if upsert { statement.append("upsert", true) }
            if multi { statement.append("multi", true) }
            if let collation { statement.append("collation", collation) }
            if let arrayFilters { statement.append("arrayFilters", BSONArray(arrayFilters)) }
        }
    }
}
