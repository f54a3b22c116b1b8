package import BSON

/// A document of `restrictions`: what somebody who left a room, or was put out of it, must not get rid of by coming back.
package struct RestrictionRecord: Sendable, Hashable {
    package var roomID: String
    package var userID: String
    /// Nil: none below that of a member.
    package var role: String?
    /// Milliseconds since 1970; nil: not muted.
    package var mutedUntil: Int64?

    package init(roomID: String, userID: String, role: String?, mutedUntil: Int64?) {
        self.roomID = roomID
        self.userID = userID
        self.role = role
        self.mutedUntil = mutedUntil
    }

    /// - Throws: `.decoding` when it does not say whom it is about.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let room = document.string("room_id"), let user = document.string("user_id") else {
            throw MongoError(.decoding, "a restriction has no room_id or user_id")
        }
        self.init(
            roomID: room, userID: user, role: document.string("role"),
            mutedUntil: document.milliseconds("muted_until"))
    }
}

/// Reads and writes `restrictions` on one connection; blocks. One that has ended may still be there.
package struct RestrictionRepository {
    package static let collection = "restrictions"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// Whether the room has any.
    package func hasAny(room: String) throws(MongoError) -> Bool {
        let filter: BSONDocument = ["room_id": .string(room), "user_id": ["$gt": ""]]
        return try !connection.find(Self.collection, filter, options: FindOptions(limit: 1)).isEmpty
    }

    /// Those of these users, in no particular order.
    package func find(room: String, users: [String]) throws(MongoError) -> [RestrictionRecord] {
        var found: [RestrictionRecord] = []
        for start in stride(from: 0, to: users.count, by: 20) {
            let part = users[start..<min(start + 20, users.count)].map(BSONValue.string)
            let filter: BSONDocument = [
                "room_id": .string(room), "user_id": part.count == 1 ? part[0] : ["$in": .array(BSONArray(part))],
            ]
            for document in try connection.find(Self.collection, filter) {
                found.append(try RestrictionRecord(document))
            }
        }
        return found
    }

    package func put(_ restriction: RestrictionRecord) throws(MongoError) {
        var (set, unset) = (BSONDocument(), BSONDocument())
        if let role = restriction.role { set.append("role", .string(role)) } else { unset.append("role", "") }
        if let until = restriction.mutedUntil {
            set.append("muted_until", .datetime(milliseconds: until))
        } else {
            unset.append("muted_until", "")
        }
        // A role is kept for good; the end of a mute ends the rest.
        if restriction.role == nil, let until = restriction.mutedUntil {
            set.append("expires_at", .datetime(milliseconds: until))
        } else {
            unset.append("expires_at", "")
        }
        var update = BSONDocument()
        if !set.isEmpty { update.append("$set", .document(set)) }
        if !unset.isEmpty { update.append("$unset", .document(unset)) }
        _ = try connection.upsert(
            Self.collection, ["room_id": .string(restriction.roomID), "user_id": .string(restriction.userID)], update)
    }

    package func remove(room: String, users: [String]) throws(MongoError) {
        try connection.deleteAll(Self.collection, room: room, users: users)
    }

    package func remove(room: String, user: String) throws(MongoError) {
        try connection.delete(Self.collection, ["room_id": .string(room), "user_id": .string(user)], limit: 1)
    }
}
