package import BSON

/// A document of `bans`.
package struct BanRecord: Sendable, Hashable {
    package var roomID: String
    package var userID: String
    package var reason: String?
    package var createdBy: String?
    /// Milliseconds since 1970.
    package var createdAt: Int64
    /// Milliseconds since 1970; nil: for good.
    package var expiresAt: Int64?

    package init(
        roomID: String, userID: String, reason: String?, createdBy: String?, createdAt: Int64, expiresAt: Int64?
    ) {
        self.roomID = roomID
        self.userID = userID
        self.reason = reason
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// - Throws: `.decoding` when it does not say whom it is about.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let room = document.string("room_id"), let user = document.string("user_id") else {
            throw MongoError(.decoding, "a ban has no room_id or user_id")
        }
        self.init(
            roomID: room, userID: user, reason: document.string("reason"), createdBy: document.string("created_by"),
            createdAt: document.milliseconds("created_at") ?? 0, expiresAt: document.milliseconds("expires_at"))
    }
}

/// Reads and writes `bans` on one connection; blocks. A ban that has ended may still be there: the server sweeps later.
package struct BanRepository {
    package static let collection = "bans"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// The bans of these users, in no particular order.
    package func find(room: String, users: [String]) throws(MongoError) -> [BanRecord] {
        var bans: [BanRecord] = []
        for start in stride(from: 0, to: users.count, by: 20) {
            let part = users[start..<min(start + 20, users.count)].map(BSONValue.string)
            let filter: BSONDocument = [
                "room_id": .string(room), "user_id": part.count == 1 ? part[0] : ["$in": .array(BSONArray(part))],
            ]
            for document in try connection.find(Self.collection, filter) { bans.append(try BanRecord(document)) }
        }
        return bans
    }

    /// A room's bans in the order of the users' ids.
    package func list(room: String, after user: String?, limit: Int) throws(MongoError) -> [BanRecord] {
        let documents = try connection.find(
            Self.collection, ["room_id": .string(room), "user_id": ["$gt": .string(user ?? "")]],
            options: FindOptions(sort: ["user_id": 1], limit: limit))
        var bans: [BanRecord] = []
        for document in documents { bans.append(try BanRecord(document)) }
        return bans
    }

    /// Bans users, or changes their bans.
    package func put(_ bans: [BanRecord]) throws(MongoError) {
        _ = try connection.update(Self.collection, bans.map(Self.update)).checked()
    }

    private static func update(_ ban: BanRecord) -> UpdateOperation {
        var set: BSONDocument = ["created_at": .datetime(milliseconds: ban.createdAt)]
        var unset = BSONDocument()
        if let by = ban.createdBy { set.append("created_by", .string(by)) }
        if let reason = ban.reason { set.append("reason", .string(reason)) } else { unset.append("reason", "") }
        if let expires = ban.expiresAt {
            set.append("expires_at", .datetime(milliseconds: expires))
        } else {
            unset.append("expires_at", "")
        }
        var update: BSONDocument = ["$set": .document(set)]
        if !unset.isEmpty { update.append("$unset", .document(unset)) }
        return UpdateOperation(
            filter: ["room_id": .string(ban.roomID), "user_id": .string(ban.userID)], update: update, upsert: true)
    }

    /// - Returns: whether there was one.
    @discardableResult
    package func remove(room: String, user: String) throws(MongoError) -> Bool {
        try connection.delete(
            Self.collection, ["room_id": .string(room), "user_id": .string(user)], limit: 1) > 0
    }
}
