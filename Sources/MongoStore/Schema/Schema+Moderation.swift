internal import BSON

extension Schema {
    package static let bans = CollectionSchema(
        "bans",
        indexes: [
            IndexSchema(["room_id": 1, "user_id": 1], unique: true),
            IndexSchema(["expires_at": 1], expireAfterSeconds: 0),
        ],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "user_id", "created_at"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "created_by": ValidatorShape.userID,
                "created_at": ValidatorShape.date,
                "reason": ValidatorShape.string(0...1024),
                "expires_at": ValidatorShape.date,
            ]))

    /// `_id` is the invitation's secret code.
    package static let invites = CollectionSchema(
        "invites",
        indexes: [
            IndexSchema(["room_id": 1, "user_id": 1]),
            IndexSchema(["expires_at": 1], expireAfterSeconds: 0),
        ],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "created_at"],
            [
                "_id": ValidatorShape.string(1...128),
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "created_by": ValidatorShape.userID,
                "created_at": ValidatorShape.date,
                "expires_at": ValidatorShape.date,
            ]))

    package static let reports = CollectionSchema(
        "reports",
        indexes: [IndexSchema(["room_id": 1, "_id": -1])],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "user_id", "created_at"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "message_id": ValidatorShape.objectID,
                "user_id": ValidatorShape.userID,
                "reason": ValidatorShape.string(0...4096),
                "created_at": ValidatorShape.date,
            ]))

    /// What moderators did; append-only.
    package static let audit = CollectionSchema(
        "audit",
        indexes: [IndexSchema(["room_id": 1, "_id": -1])],
        validator: ValidatorShape.document(
            required: ["_id", "action", "at"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "action": ValidatorShape.string(1...64),
                "at": ValidatorShape.date,
            ]))
}
