internal import BSON

/// Reads and writes `members` on one connection; blocks. Off a lane: ``MongoClient/members(deadline:_:_:)``.
package struct MemberRepository {
    package static let collection = "members"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func find(room: String, user: String) throws(MongoError) -> MemberRecord? {
        guard let document = try connection.findOne(Self.collection, Self.filter(room, user)) else { return nil }
        return try MemberRecord(document)
    }

    /// Makes the user a member; nothing happens to one who is.
    /// - Parameters:
    ///   - joinedSeq: the room's last `seq`; reading starts behind it.
    ///   - at: milliseconds since 1970.
    /// - Returns: the membership as it is stored, and whether this call made it. `isNew` is false, too, when it did but
    ///   a broken connection hid that.
    package func join(
        room: String, user: String, role: String = "member", joinedSeq: Int64, at: Int64
    ) throws(MongoError) -> (member: MemberRecord, isNew: Bool) {
        if let member = try find(room: room, user: user) { return (member, false) }
        let fields: BSONDocument = [
            "role": .string(role), "joined_at": .datetime(milliseconds: at), "joined_seq": .int64(joinedSeq),
            "read_seq": .int64(joinedSeq), "notify": "all",
        ]
        let isNew = try connection.upsert(
            Self.collection, Self.filter(room, user), ["$setOnInsert": .document(fields)])
        guard let member = try find(room: room, user: user) else {
            throw MongoError(.command, "member \(user) of \(room) vanished while joining")
        }
        return (member, isNew)
    }

    /// A room's members in the order of their user ids.
    /// - Parameter after: the last user id of the page before; nil for the first page.
    package func list(room: String, after user: String? = nil, limit: Int) throws(MongoError) -> [MemberRecord] {
        guard limit > 0 else { return [] }
        // On mongod this costs a page. SecantusDB reads everybody behind `user` (5,000 members: 300 ms), and user ids
        // offer no second bound.
        let users: BSONValue = ["$gt": .string(user ?? "")]
        let documents = try connection.find(
            Self.collection, ["room_id": .string(room), "user_id": users],
            options: FindOptions(sort: ["user_id": 1], limit: limit))
        var members: [MemberRecord] = []
        for document in documents { members.append(try MemberRecord(document)) }
        return members
    }

    /// Ends a membership.
    /// - Returns: whether there was one.
    package func remove(room: String, user: String) throws(MongoError) -> Bool {
        try connection.retryingOnce { () throws(MongoError) in
            try connection.delete(Self.collection, Self.filter(room, user), limit: 1) > 0
        }
    }

    /// Ends memberships.
    package func remove(room: String, users: [String]) throws(MongoError) {
        try connection.deleteAll(Self.collection, room: room, users: users)
    }

    /// Exactly the fields of the unique index.
    static func filter(_ room: String, _ user: String) -> BSONDocument {
        ["room_id": .string(room), "user_id": .string(user)]
    }
}
