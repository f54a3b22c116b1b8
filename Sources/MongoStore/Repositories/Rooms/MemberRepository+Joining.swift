internal import BSON

/// Somebody who is to become a member, for ``MemberRepository/joinAll(_:at:)``.
package struct NewMember: Sendable, Hashable {
    package var room: String
    package var user: String
    package var role: String
    /// Milliseconds since 1970; nil: not muted.
    package var mutedUntil: Int64?
    package var joinedSeq: Int64

    package init(room: String, user: String, role: String, mutedUntil: Int64? = nil, joinedSeq: Int64) {
        self.room = room
        self.user = user
        self.role = role
        self.mutedUntil = mutedUntil
        self.joinedSeq = joinedSeq
    }
}

extension MemberRepository {
    /// Makes many users members in one command; nothing happens to those who are.
    /// - Parameter at: milliseconds since 1970.
    /// - Returns: the places in `newcomers` of those whom this made members.
    package func joinAll(_ newcomers: [NewMember], at: Int64) throws(MongoError) -> Set<Int> {
        let updates = newcomers.map { newcomer in
            var fields: BSONDocument = [
                "role": .string(newcomer.role), "joined_at": .datetime(milliseconds: at),
                "joined_seq": .int64(newcomer.joinedSeq), "read_seq": .int64(newcomer.joinedSeq), "notify": "all",
            ]
            if let until = newcomer.mutedUntil { fields.append("muted_until", .datetime(milliseconds: until)) }
            return UpdateOperation(
                filter: Self.filter(newcomer.room, newcomer.user), update: ["$setOnInsert": .document(fields)],
                upsert: true)
        }
        let outcome = try connection.retryingOnce { () throws(MongoError) in
            try connection.update(Self.collection, updates, ordered: false)
        }
        // Of two at once one may lose: then the user is a member, too.
        for refused in outcome.writeErrors where refused.code != .duplicateKey { throw refused.error }
        if let concern = outcome.writeConcernError { throw concern }
        return Set(outcome.upserted.map(\.index))
    }

    /// The memberships of these users, in no particular order.
    package func find(room: String, users: [String]) throws(MongoError) -> [MemberRecord] {
        var found: [MemberRecord] = []
        // Few a query: on the embedded server the time grows with the square.
        for start in stride(from: 0, to: users.count, by: 20) {
            let part = users[start..<min(start + 20, users.count)].map(BSONValue.string)
            let filter: BSONDocument = [
                "room_id": .string(room), "user_id": part.count == 1 ? part[0] : ["$in": .array(BSONArray(part))],
            ]
            let options = FindOptions(batchSize: part.count + 1)
            for document in try connection.find(Self.collection, filter, options: options) {
                found.append(try MemberRecord(document))
            }
        }
        return found
    }

    /// Makes somebody a member with this role, or changes what he is.
    /// - Parameters:
    ///   - mutedUntil: milliseconds since 1970; nil: not muted.
    ///   - joinedSeq: of one who is new.
    package func put(
        room: String, user: String, role: String, mutedUntil: Int64?, joinedSeq: Int64, at: Int64
    ) throws(MongoError) {
        var set: BSONDocument = ["role": .string(role)]
        if let mutedUntil { set.append("muted_until", .datetime(milliseconds: mutedUntil)) }
        let fresh: BSONDocument = [
            "joined_at": .datetime(milliseconds: at), "joined_seq": .int64(joinedSeq), "read_seq": .int64(joinedSeq),
            "notify": "all",
        ]
        var update: BSONDocument = ["$set": .document(set), "$setOnInsert": .document(fresh)]
        if mutedUntil == nil { update.append("$unset", ["muted_until": ""]) }
        _ = try connection.upsert(Self.collection, Self.filter(room, user), update)
    }

    /// How many members the room has; counts them one by one.
    package func count(room: String) throws(MongoError) -> Int {
        try connection.count(Self.collection, ["room_id": .string(room), "user_id": ["$gt": ""]])
    }

    /// The members of these roles, in no particular order.
    package func find(room: String, roles: [String], limit: Int) throws(MongoError) -> [MemberRecord] {
        let pipeline: [BSONDocument] = [
            ["$match": ["room_id": .string(room), "user_id": ["$gt": ""]]],
            ["$match": ["role": ["$in": .array(BSONArray(roles.map { .string($0) }))]]],
            ["$limit": .int64(Int64(limit))],
        ]
        var members: [MemberRecord] = []
        for document in try connection.aggregate(Self.collection, pipeline) {
            members.append(try MemberRecord(document))
        }
        return members
    }

    /// A user's memberships in the order of the rooms' ids.
    package func list(user: String, after room: String?, limit: Int) throws(MongoError) -> [MemberRecord] {
        let documents = try connection.find(
            Self.collection, ["user_id": .string(user), "room_id": ["$gt": .string(room ?? "")]],
            options: FindOptions(sort: ["room_id": 1], limit: limit))
        var members: [MemberRecord] = []
        for document in documents { members.append(try MemberRecord(document)) }
        return members
    }
}
