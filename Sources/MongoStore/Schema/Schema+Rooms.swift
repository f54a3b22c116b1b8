internal import BSON

extension Schema {
    /// `_id` is the room's id.
    package static let rooms = CollectionSchema(
        "rooms",
        indexes: [IndexSchema(["visibility": 1, "name": 1])],
        validator: ValidatorShape.document(
            required: ["_id", "name", "visibility", "created_at", "epoch", "first_seq"],
            [
                "_id": ValidatorShape.roomID,
                "name": ValidatorShape.string(1...256),
                "topic": ValidatorShape.string(0...4096),
                "description": ValidatorShape.string(0...16384),
                "icon": ValidatorShape.string(0...1024),
                "visibility": ValidatorShape.oneOf("public", "private", "direct", "group"),
                "archived_at": ValidatorShape.date,
                "locked_at": ValidatorShape.date,
                "gone_at": ValidatorShape.date,
                "revision": ValidatorShape.integer(from: 0),
                "created_by": ValidatorShape.userID,
                "created_at": ValidatorShape.date,
                "settings": ValidatorShape.object,
                "epoch": ValidatorShape.integer(from: 0),
                "first_seq": ValidatorShape.integer(from: 1),
                "last": ValidatorShape.object(
                    required: ["seq"],
                    [
                        "seq": ValidatorShape.integer(from: 0),
                        "_id": ValidatorShape.objectID,
                        "rev": ValidatorShape.integer(from: 0),
                    ]),
            ]))

    package static let members = CollectionSchema(
        "members",
        indexes: [
            IndexSchema(["room_id": 1, "user_id": 1], unique: true),
            IndexSchema(["user_id": 1, "room_id": 1]),
        ],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "user_id", "role", "joined_at", "joined_seq", "read_seq"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "role": ValidatorShape.string(1...32),
                "joined_at": ValidatorShape.date,
                "joined_seq": ValidatorShape.integer(from: 0),
                "read_seq": ValidatorShape.integer(from: 0),
                "muted_until": ValidatorShape.date,
                "notify": ValidatorShape.string(1...32),
            ]))

    /// `_id` is the user's id.
    package static let users = CollectionSchema(
        "users",
        indexes: [
            // Strength 2: without regard to case.
            IndexSchema(["username": 1], unique: true, collation: ["locale": "en", "strength": 2])
        ],
        validator: ValidatorShape.document(
            required: ["_id", "username"],
            [
                "_id": ValidatorShape.userID,
                // Longer than a name: the second bearer of one has his id behind it.
                "username": ValidatorShape.string(1...512),
                "display_name": ValidatorShape.string(usernameLength),
                "password": ValidatorShape.type("object", "string"),
                "status": ValidatorShape.object,
                "last_seen": ValidatorShape.date,
            ]))
}
