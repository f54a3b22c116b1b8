package import BSON

/// A document of `reactions`: one user's one reaction to one message. Its `_id` is made of these three, so that whether it
/// is there is a look-up by `_id`.
package struct ReactionRecord: Sendable, Hashable {
    package static let collection = "reactions"

    package var id: ObjectID
    package var messageID: ObjectID
    package var roomID: String
    package var userID: String
    package var reaction: String
    /// Milliseconds since 1970.
    package var createdAt: Int64

    package init(
        id: ObjectID, messageID: ObjectID, roomID: String, userID: String, reaction: String, createdAt: Int64
    ) {
        self.id = id
        self.messageID = messageID
        self.roomID = roomID
        self.userID = userID
        self.reaction = reaction
        self.createdAt = createdAt
    }

    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.objectID("_id"), let messageID = document.objectID("message_id"),
            let userID = document.string("user_id"), let reaction = document.string("reaction")
        else {
            throw MongoError(.decoding, "a reaction has no _id, message_id, user_id or reaction")
        }
        self.init(
            id: id, messageID: messageID, roomID: document.string("room_id") ?? "", userID: userID, reaction: reaction,
            createdAt: document.milliseconds("created_at") ?? 0)
    }

    var document: BSONDocument {
        [
            "_id": .objectID(id), "message_id": .objectID(messageID), "room_id": .string(roomID),
            "user_id": .string(userID), "reaction": .string(reaction), "created_at": .datetime(milliseconds: createdAt),
        ]
    }
}

extension ChangeRepository {
    /// Which of these reactions are there.
    package func standingReactions(_ ids: [ObjectID]) throws(MongoError) -> Set<ObjectID> {
        guard !ids.isEmpty else { return [] }
        let documents = try connection.find(
            ReactionRecord.collection, ["_id": ["$in": .array(BSONArray(ids.map { .objectID($0) }))]],
            options: FindOptions(projection: ["_id": 1], batchSize: ids.count + 1))
        return Set(documents.compactMap { $0.objectID("_id") })
    }

    /// The reactions to a message, the first given first.
    package func reactions(
        to message: ObjectID, after: TimedRecordPosition?, limit: Int
    ) throws(MongoError) -> [ReactionRecord] {
        var pipeline: [BSONDocument] = [["$match": ["message_id": .objectID(message)]]]
        if let after { pipeline.append(["$match": .document(after.beyond("created_at", "$gt"))]) }
        pipeline.append(["$sort": ["created_at": 1, "_id": 1]])
        pipeline.append(["$limit": .int64(Int64(limit))])
        var records: [ReactionRecord] = []
        for document in try connection.aggregate(ReactionRecord.collection, pipeline) {
            records.append(try ReactionRecord(document))
        }
        return records
    }
}
