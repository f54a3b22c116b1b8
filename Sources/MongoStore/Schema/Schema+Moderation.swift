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

    /// What is kept of those who went: a role below a member, a mute.
    package static let restrictions = CollectionSchema(
        "restrictions",
        indexes: [
            IndexSchema(["room_id": 1, "user_id": 1], unique: true),
            IndexSchema(["expires_at": 1], expireAfterSeconds: 0),
        ],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "user_id"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "role": ValidatorShape.string(1...32),
                "muted_until": ValidatorShape.date,
                "expires_at": ValidatorShape.date,
            ]))

    /// `_id` is the invitation's secret code.
    package static let invites = CollectionSchema(
        "invites",
        indexes: [
            IndexSchema(["room_id": 1, "user_id": 1]),
            IndexSchema(["expires_at": 1], expireAfterSeconds: 0),
            IndexSchema(["user_id": 1]),
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
                "uses_left": ValidatorShape.integer(from: 0),
            ]))

    /// Who asks to be let into a room.
    package static let joinRequests = CollectionSchema(
        "join_requests",
        indexes: [IndexSchema(["room_id": 1, "user_id": 1], unique: true)],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "user_id", "created_at"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "message": ValidatorShape.string(0...2048),
                "created_at": ValidatorShape.date,
            ]))

    /// Whom a user does not want to hear of.
    package static let blocks = CollectionSchema(
        "blocks",
        indexes: [IndexSchema(["user_id": 1, "blocked_id": 1], unique: true)],
        validator: ValidatorShape.document(
            required: ["_id", "user_id", "blocked_id", "created_at"],
            [
                "_id": ValidatorShape.objectID,
                "user_id": ValidatorShape.userID,
                "blocked_id": ValidatorShape.userID,
                "created_at": ValidatorShape.date,
            ]))

    /// Tokens of a user that were made before `before` count no longer; `_id` is the user's id.
    package static let revocations = CollectionSchema(
        "revocations",
        validator: ValidatorShape.document(
            required: ["_id", "before"], ["_id": ValidatorShape.userID, "before": ValidatorShape.date]))

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
                "resolved_at": ValidatorShape.date,
                "resolved_by": ValidatorShape.userID,
                "note": ValidatorShape.string(0...4096),
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
                "target_id": ValidatorShape.userID,
                "action": ValidatorShape.string(1...64),
                "reason": ValidatorShape.string(0...4096),
                "detail": ValidatorShape.string(0...4096),
                "at": ValidatorShape.date,
            ]))
}
