internal import BSON

extension Schema {
    /// Who follows a thread, or has stopped to, and how far he has read in it.
    package static let threadFollows = CollectionSchema(
        "thread_follows",
        indexes: [
            IndexSchema(["root_id": 1, "user_id": 1], unique: true),
            IndexSchema(["user_id": 1, "root_id": -1]),
        ],
        validator: ValidatorShape.document(
            required: ["_id", "root_id", "user_id", "room_id", "is_following", "read_seq"],
            [
                "_id": ValidatorShape.objectID,
                "root_id": ValidatorShape.objectID,
                "user_id": ValidatorShape.userID,
                "room_id": ValidatorShape.roomID,
                "is_following": ValidatorShape.type("bool"),
                "read_seq": ValidatorShape.integer(from: 0),
            ]))
}
