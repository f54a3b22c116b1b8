package import BSON

/// A document of `reports`.
package struct ReportRecord: Sendable, Hashable {
    package var id: ObjectID
    package var roomID: String
    package var messageID: ObjectID
    /// Who reports.
    package var userID: String
    package var reason: String
    /// Milliseconds since 1970.
    package var createdAt: Int64
    /// Nil while it waits.
    package var resolvedBy: String?
    package var resolvedAt: Int64?
    package var note: String?

    package init(
        id: ObjectID, roomID: String, messageID: ObjectID, userID: String, reason: String, createdAt: Int64
    ) {
        self.id = id
        self.roomID = roomID
        self.messageID = messageID
        self.userID = userID
        self.reason = reason
        self.createdAt = createdAt
    }

    /// - Throws: `.decoding` when it does not say which message it is about.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.objectID("_id"), let room = document.string("room_id"),
            let message = document.objectID("message_id"), let user = document.string("user_id")
        else {
            throw MongoError(.decoding, "a report has no _id, room_id, message_id or user_id")
        }
        self.init(
            id: id, roomID: room, messageID: message, userID: user, reason: document.string("reason") ?? "",
            createdAt: document.milliseconds("created_at") ?? 0)
        resolvedBy = document.string("resolved_by")
        resolvedAt = document.milliseconds("resolved_at")
        note = document.string("note")
    }

    var document: BSONDocument {
        [
            "_id": .objectID(id), "room_id": .string(roomID), "message_id": .objectID(messageID),
            "user_id": .string(userID), "reason": .string(reason), "created_at": .datetime(milliseconds: createdAt),
        ]
    }
}

/// Reads and writes `reports` on one connection; blocks.
package struct ReportRepository {
    package static let collection = "reports"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func add(_ report: ReportRecord) throws(MongoError) {
        let outcome = try connection.insert(Self.collection, [report.document])
        if let refused = outcome.writeErrors.first { throw refused.error }
        if let concern = outcome.writeConcernError { throw concern }
    }

    /// A room's reports, the newest first.
    package func list(
        room: String, isOpen: Bool, before: ObjectID?, limit: Int
    ) throws(MongoError) -> [ReportRecord] {
        let highest = ObjectID(high: .max, low: .max)
        let ids: BSONValue = ["$gt": .objectID(ObjectID(high: 0, low: 0)), "$lt": .objectID(before ?? highest)]
        let resolved: BSONValue = isOpen ? .null : ["$gt": .datetime(milliseconds: 0)]
        let pipeline: [BSONDocument] = [
            ["$match": ["room_id": .string(room), "_id": ids]], ["$match": ["resolved_at": resolved]],
            ["$sort": ["_id": -1]], ["$limit": .int64(Int64(limit))],
        ]
        var reports: [ReportRecord] = []
        for document in try connection.aggregate(Self.collection, pipeline) {
            reports.append(try ReportRecord(document))
        }
        return reports
    }

    /// A user's reports in a room that wait, in no particular order.
    package func open(room: String, by user: String, limit: Int) throws(MongoError) -> [ReportRecord] {
        let ids: BSONValue = [
            "$gt": .objectID(ObjectID(high: 0, low: 0)), "$lt": .objectID(ObjectID(high: .max, low: .max)),
        ]
        let pipeline: [BSONDocument] = [
            ["$match": ["room_id": .string(room), "_id": ids]],
            ["$match": ["user_id": .string(user), "resolved_at": .null]], ["$limit": .int64(Int64(limit))],
        ]
        var reports: [ReportRecord] = []
        for document in try connection.aggregate(Self.collection, pipeline) {
            reports.append(try ReportRecord(document))
        }
        return reports
    }

    /// - Returns: whether there was such a report in the room that waited.
    package func resolve(
        _ id: ObjectID, room: String, by user: String, at: Int64, note: String
    ) throws(MongoError) -> Bool {
        let filter: BSONDocument = ["_id": .objectID(id), "room_id": .string(room), "resolved_at": .null]
        let set: BSONDocument = [
            "resolved_by": .string(user), "resolved_at": .datetime(milliseconds: at), "note": .string(note),
        ]
        let operation = UpdateOperation(filter: filter, update: ["$set": .document(set)])
        return try connection.update(Self.collection, [operation]).checked().matched == 1
    }
}
