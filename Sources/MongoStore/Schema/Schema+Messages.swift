internal import BSON

extension Schema {
    /// The longest content that a validator lets pass, in code points: a guard against nonsense, well above what the
    /// service is configured to take.
    static let maximumContentLength = 65_536
    static let usernameLength = 1...256

    /// A message. Sharded by `{room_id: 1}`, so that the unique indexes stay legal.
    package static let messages = CollectionSchema(
        "messages",
        indexes: [
            // A room's order: no number twice; also history's and resume's range reads.
            IndexSchema(["room_id": 1, "seq": 1], unique: true),
            // What makes a resent message the same message.
            IndexSchema(["room_id": 1, "user_id": 1, "client_id": 1], unique: true),
            IndexSchema(["thread_id": 1, "seq": 1], partialFilter: ["thread_id": ["$gt": .objectID(.zero)]]),
            IndexSchema(["mentions": 1, "_id": -1], partialFilter: ["mentions": ["$gt": ""]]),
        ],
        validator: ValidatorShape.document(
            required: [
                "_id", "type", "room_id", "seq", "user_id", "username", "content", "timestamp", "client_id", "digest",
            ],
            [
                "_id": ValidatorShape.objectID,
                "type": ValidatorShape.string(1...32),
                "room_id": ValidatorShape.roomID,
                "seq": ValidatorShape.integer(from: 1),
                "user_id": ValidatorShape.userID,
                "username": ValidatorShape.string(usernameLength),
                "content": ValidatorShape.string(0...maximumContentLength),
                "timestamp": ValidatorShape.date,
                "client_id": ValidatorShape.string(1...128),
                "digest": ValidatorShape.type("binData"),
                "mentions": ValidatorShape.array(of: ValidatorShape.userID, upTo: 1000),
                "reply_to": ValidatorShape.objectID,
                "thread_id": ValidatorShape.objectID,
                "attachments": ValidatorShape.array(of: ValidatorShape.object, upTo: 100),
                "thread": ValidatorShape.object,
                "reactions": ValidatorShape.array(of: ValidatorShape.object, upTo: 100),
                "edited_at": ValidatorShape.date,
                "deleted_at": ValidatorShape.date,
                "deleted_by": ValidatorShape.userID,
                "pinned_at": ValidatorShape.date,
                "pinned_by": ValidatorShape.userID,
            ]))

    /// A change of an earlier message; insert-only, `rev` counts per room.
    package static let changes = CollectionSchema(
        "changes",
        indexes: [IndexSchema(["room_id": 1, "rev": 1], unique: true)],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "rev", "message_id", "change", "user_id", "at"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "rev": ValidatorShape.integer(from: 1),
                "message_id": ValidatorShape.objectID,
                "change": ValidatorShape.string(1...32),
                "user_id": ValidatorShape.userID,
                "at": ValidatorShape.date,
            ]))

    package static let reactions = CollectionSchema(
        "reactions",
        indexes: [
            IndexSchema(["message_id": 1, "user_id": 1, "reaction": 1], unique: true),
            IndexSchema(["message_id": 1]),
        ],
        validator: ValidatorShape.document(
            required: ["_id", "message_id", "room_id", "user_id", "reaction", "created_at"],
            [
                "_id": ValidatorShape.objectID,
                "message_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "user_id": ValidatorShape.userID,
                "reaction": ValidatorShape.string(1...32),
                "created_at": ValidatorShape.date,
            ]))

    /// A message that is pinned; `_id` is the message's. A collection of its own, since an index on `messages` would make
    /// every message dearer.
    package static let pins = CollectionSchema(
        "pins",
        indexes: [IndexSchema(["room_id": 1, "pinned_at": 1])],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "pinned_at"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "pinned_at": ValidatorShape.date,
            ]))

    /// A message that is the root of a thread; `_id` is the message's. A collection of its own for the same reason.
    package static let threads = CollectionSchema(
        "threads",
        indexes: [IndexSchema(["room_id": 1, "last_seq": 1])],
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "last_seq"],
            [
                "_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "last_seq": ValidatorShape.integer(from: 1),
            ]))

    /// What a message said before it was edited or deleted.
    package static let revisions = CollectionSchema(
        "revisions",
        indexes: [IndexSchema(["message_id": 1])],
        validator: ValidatorShape.document(
            required: ["_id", "message_id", "room_id", "content", "replaced_by", "replaced_at"],
            [
                "_id": ValidatorShape.objectID,
                "message_id": ValidatorShape.objectID,
                "room_id": ValidatorShape.roomID,
                "content": ValidatorShape.string(0...maximumContentLength),
                "replaced_by": ValidatorShape.userID,
                "replaced_at": ValidatorShape.date,
            ]))
}

extension ObjectID {
    /// Below every id that is ever made.
    fileprivate static let zero = ObjectID(high: 0, low: 0)
}
