package import BSON

/// A document of `changes`: one change of an earlier message. Never changed itself, so a `rev` is never free again.
package struct ChangeRecord: Sendable, Hashable {
    package var id: ObjectID
    package var roomID: String
    /// The place among the room's changes: 1, 2, 3, … without holes.
    package var rev: Int64
    package var messageID: ObjectID
    /// `change`.
    package var kind: String
    package var userID: String
    /// Of a reaction.
    package var reaction: String?
    package var isAdded: Bool?
    /// Milliseconds since 1970.
    package var at: Int64

    package init(
        id: ObjectID, roomID: String, rev: Int64, messageID: ObjectID, kind: String, userID: String, reaction: String?,
        isAdded: Bool?, at: Int64
    ) {
        self.id = id
        self.roomID = roomID
        self.rev = rev
        self.messageID = messageID
        self.kind = kind
        self.userID = userID
        self.reaction = reaction
        self.isAdded = isAdded
        self.at = at
    }
}

extension ChangeRecord {
    /// - Throws: `.decoding` when what places it is missing or of another type.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.objectID("_id"), let roomID = document.string("room_id"),
            let rev = document.int64("rev"), let messageID = document.objectID("message_id")
        else {
            throw MongoError(.decoding, "a change has no _id, room_id, rev or message_id")
        }
        self.init(
            id: id, roomID: roomID, rev: rev, messageID: messageID, kind: document.string("change") ?? "",
            userID: document.string("user_id") ?? "", reaction: document.string("reaction"),
            isAdded: document.bool("added"), at: document.milliseconds("at") ?? id.milliseconds)
    }

    var document: BSONDocument {
        var document: BSONDocument = [
            "_id": .objectID(id), "room_id": .string(roomID), "rev": .int64(rev), "message_id": .objectID(messageID),
            "change": .string(kind), "user_id": .string(userID), "at": .datetime(milliseconds: at),
        ]
        if let reaction { document.append("reaction", .string(reaction)) }
        if let isAdded { document.append("added", .bool(isAdded)) }
        return document
    }
}
