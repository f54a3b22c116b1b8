package import BSON

/// A document of `audit`.
package struct AuditRecord: Sendable, Hashable {
    package var id: ObjectID
    package var roomID: String?
    package var userID: String
    /// Who acted as the user.
    package var viaID: String?
    package var targetID: String?
    package var action: String
    package var reason: String?
    package var detail: String?
    /// Milliseconds since 1970.
    package var at: Int64

    package init(
        id: ObjectID, roomID: String?, userID: String, viaID: String? = nil, targetID: String?, action: String,
        reason: String?, detail: String?, at: Int64
    ) {
        self.id = id
        self.roomID = roomID
        self.userID = userID
        self.viaID = viaID
        self.targetID = targetID
        self.action = action
        self.reason = reason
        self.detail = detail
        self.at = at
    }

    /// - Throws: `.decoding` when it has no id or no action.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.objectID("_id"), let action = document.string("action") else {
            throw MongoError(.decoding, "an entry of audit has no _id or action")
        }
        self.init(
            id: id, roomID: document.string("room_id"), userID: document.string("user_id") ?? "",
            viaID: document.string("via_id"), targetID: document.string("target_id"), action: action,
            reason: document.string("reason"),
            detail: document.string("detail"), at: document.milliseconds("at") ?? 0)
    }

    var document: BSONDocument {
        var document: BSONDocument = ["_id": .objectID(id)]
        if let roomID { document.append("room_id", .string(roomID)) }
        document.append("user_id", .string(userID))
        if let viaID { document.append("via_id", .string(viaID)) }
        if let targetID { document.append("target_id", .string(targetID)) }
        document.append("action", .string(action))
        if let reason { document.append("reason", .string(reason)) }
        if let detail { document.append("detail", .string(detail)) }
        document.append("at", .datetime(milliseconds: at))
        return document
    }
}

/// Reads `audit` and adds to it on one connection; blocks. There is nothing that changes an entry or takes it away.
package struct AuditRepository {
    package static let collection = "audit"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func add(_ entries: [AuditRecord]) throws(MongoError) {
        let outcome = try connection.insert(Self.collection, entries.map(\.document))
        if let refused = outcome.writeErrors.first { throw refused.error }
        if let concern = outcome.writeConcernError { throw concern }
    }

    /// A room's entries, the newest first.
    /// - Parameter before: only older ones.
    package func list(room: String, before: ObjectID?, limit: Int) throws(MongoError) -> [AuditRecord] {
        let highest = ObjectID(high: .max, low: .max)
        let ids: BSONValue = ["$gt": .objectID(ObjectID(high: 0, low: 0)), "$lt": .objectID(before ?? highest)]
        var entries: [AuditRecord] = []
        let documents = try connection.find(
            Self.collection, ["room_id": .string(room), "_id": ids],
            options: FindOptions(sort: ["_id": -1], limit: limit))
        for document in documents { entries.append(try AuditRecord(document)) }
        return entries
    }
}
