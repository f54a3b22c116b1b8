package import BSON

/// An index as it must stand.
package struct IndexSchema: Sendable, Hashable {
    /// One field of the key.
    package struct Field: Sendable, Hashable {
        package var path: String
        package var descending: Bool
    }

    package var fields: [Field]
    package var unique: Bool
    /// Only documents that match are in the index. On the embedded server such an index serves look-ups only when its
    /// filter is a `$gt`: never `$exists` or `$type`.
    package var partialFilter: BSONDocument?
    package var collation: BSONDocument?
    /// The server removes a document this many seconds after the time in the index' only field.
    package var expireAfterSeconds: Int64?

    package init(
        _ fields: KeyValuePairs<String, Int>, unique: Bool = false, partialFilter: BSONDocument? = nil,
        collation: BSONDocument? = nil, expireAfterSeconds: Int64? = nil
    ) {
        self.fields = fields.map { Field(path: $0.key, descending: $0.value < 0) }
        self.unique = unique
        self.partialFilter = partialFilter
        self.collation = collation
        self.expireAfterSeconds = expireAfterSeconds
    }

    /// The name that MongoDB's drivers give it: `room_id_1_seq_-1`.
    package var name: String {
        fields.map { "\($0.path)_\($0.descending ? -1 : 1)" }.joined(separator: "_")
    }

    package var keys: BSONDocument {
        BSONDocument(fields.map { ($0.path, .int32($0.descending ? -1 : 1)) })
    }

    /// As the command `createIndexes` takes it, and `listIndexes` gives it back (where `v` comes in addition, and a
    /// collation in full).
    package var specification: BSONDocument {
        var document: BSONDocument = ["key": .document(keys), "name": .string(name)]
        if unique { document.append("unique", true) }
        if let partialFilter { document.append("partialFilterExpression", .document(partialFilter)) }
        if let collation { document.append("collation", .document(collation)) }
        if let expireAfterSeconds { document.append("expireAfterSeconds", .int64(expireAfterSeconds)) }
        return document
    }
}
