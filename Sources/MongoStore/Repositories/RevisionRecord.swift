package import BSON

/// A document of `revisions`: what a message said before it was edited or deleted.
package struct RevisionRecord: Sendable, Hashable {
    package static let collection = "revisions"

    package var id: ObjectID
    package var messageID: ObjectID
    package var roomID: String
    package var content: String
    /// Who changed it.
    package var replacedBy: String
    /// Milliseconds since 1970.
    package var replacedAt: Int64

    package init(
        id: ObjectID, messageID: ObjectID, roomID: String, content: String, replacedBy: String, replacedAt: Int64
    ) {
        self.id = id
        self.messageID = messageID
        self.roomID = roomID
        self.content = content
        self.replacedBy = replacedBy
        self.replacedAt = replacedAt
    }

    var document: BSONDocument {
        [
            "_id": .objectID(id), "message_id": .objectID(messageID), "room_id": .string(roomID),
            "content": .string(content), "replaced_by": .string(replacedBy),
            "replaced_at": .datetime(milliseconds: replacedAt),
        ]
    }
}

extension ChangeRepository {
    /// Earlier versions of a message, the newest first.
    package func revisions(of message: ObjectID, limit: Int) throws(MongoError) -> [RevisionRecord] {
        let documents = try connection.find(
            RevisionRecord.collection, ["message_id": .objectID(message)], options: FindOptions(batchSize: 1_000))
        let records = documents.compactMap { document -> RevisionRecord? in
            guard let id = document.objectID("_id"), let content = document.string("content") else { return nil }
            return RevisionRecord(
                id: id, messageID: message, roomID: document.string("room_id") ?? "", content: content,
                replacedBy: document.string("replaced_by") ?? "", replacedAt: document.milliseconds("replaced_at") ?? 0)
        }
        return Array(records.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// Removes the oldest earlier versions of a message but for so many.
    package func trimRevisions(of message: ObjectID, keeping count: Int) throws(MongoError) {
        let documents = try connection.find(
            RevisionRecord.collection, ["message_id": .objectID(message)],
            options: FindOptions(projection: ["_id": 1], batchSize: 1_000))
        let old = documents.compactMap { $0.objectID("_id") }.sorted(by: >).dropFirst(count)
        guard !old.isEmpty else { return }
        try connection.delete(
            RevisionRecord.collection, ["_id": ["$in": .array(BSONArray(old.map { .objectID($0) }))]])
    }
}
