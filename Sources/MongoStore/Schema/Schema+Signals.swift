internal import BSON

extension Schema {
    /// What one process tells the others: passing news, kept for a minute.
    package static let signals = CollectionSchema(
        "signals",
        indexes: [IndexSchema(["at": 1], expireAfterSeconds: 60)],
        validator: ValidatorShape.document(
            required: ["_id", "origin", "kind", "at"],
            [
                "_id": ValidatorShape.objectID,
                "origin": ValidatorShape.string(1...64),
                "kind": ValidatorShape.string(1...32),
                "at": ValidatorShape.date,
            ]))
}
