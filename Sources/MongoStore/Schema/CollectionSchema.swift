package import BSON

/// A collection as it must stand: its indexes besides that of `_id`, and what its documents look like.
package struct CollectionSchema: Sendable, Hashable {
    package var name: String
    package var indexes: [IndexSchema]
    /// The `validator` option: a JSON schema in MongoDB's dialect. Nil: the collection takes any document.
    package var validator: BSONDocument?

    package init(_ name: String, indexes: [IndexSchema] = [], validator: BSONDocument? = nil) {
        self.name = name
        self.indexes = indexes
        self.validator = validator
    }

    package func index(named name: String) -> IndexSchema? {
        indexes.first { $0.name == name }
    }
}
