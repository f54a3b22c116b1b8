package import BSON

/// A document of `invites`.
package struct InviteRecord: Sendable, Hashable {
    /// `_id`: the secret that stands for it.
    package var code: String
    package var roomID: String
    /// Nil: a link, for whoever has it.
    package var userID: String?
    package var createdBy: String
    /// Milliseconds since 1970.
    package var createdAt: Int64
    package var expiresAt: Int64?
    /// Nil: any number.
    package var usesLeft: Int64?

    package init(
        code: String, roomID: String, userID: String?, createdBy: String, createdAt: Int64, expiresAt: Int64?,
        usesLeft: Int64?
    ) {
        self.code = code
        self.roomID = roomID
        self.userID = userID
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usesLeft = usesLeft
    }

    /// - Throws: `.decoding` when it does not say for which room it is.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let code = document.string("_id"), let room = document.string("room_id") else {
            throw MongoError(.decoding, "an invitation has no _id or room_id")
        }
        self.init(
            code: code, roomID: room, userID: document.string("user_id"),
            createdBy: document.string("created_by") ?? "", createdAt: document.milliseconds("created_at") ?? 0,
            expiresAt: document.milliseconds("expires_at"), usesLeft: document.int64("uses_left"))
    }

    var fields: BSONDocument {
        var fields: BSONDocument = ["room_id": .string(roomID)]
        if let userID { fields.append("user_id", .string(userID)) }
        fields.append("created_by", .string(createdBy))
        fields.append("created_at", .datetime(milliseconds: createdAt))
        if let expiresAt { fields.append("expires_at", .datetime(milliseconds: expiresAt)) }
        if let usesLeft { fields.append("uses_left", .int64(usesLeft)) }
        return fields
    }
}

/// Reads and writes `invites` on one connection; blocks.
package struct InviteRepository {
    package static let collection = "invites"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func find(code: String) throws(MongoError) -> InviteRecord? {
        try connection.findOne(Self.collection, ["_id": .string(code)]).map { (document) throws(MongoError) in
            try InviteRecord(document)
        }
    }

    /// The invitations of one user to one room.
    package func find(room: String, user: String) throws(MongoError) -> [InviteRecord] {
        try records(["room_id": .string(room), "user_id": .string(user)], limit: 10)
    }

    /// The invitations that wait for a user's answer.
    package func list(user: String, limit: Int) throws(MongoError) -> [InviteRecord] {
        try records(["user_id": .string(user)], limit: limit)
    }

    /// A room's invitations to users and its links, at most so many of each.
    package func list(room: String, limit: Int) throws(MongoError) -> [InviteRecord] {
        let toUsers = try records(["room_id": .string(room), "user_id": ["$gt": ""]], limit: limit)
        return try toUsers + records(["room_id": .string(room), "user_id": .null], limit: limit)
    }

    package func put(_ invite: InviteRecord) throws(MongoError) {
        _ = try connection.update(
            Self.collection,
            [UpdateOperation(filter: ["_id": .string(invite.code)], update: invite.fields, upsert: true)]
        ).checked()
    }

    package func remove(code: String) throws(MongoError) {
        try connection.delete(Self.collection, ["_id": .string(code)], limit: 1)
    }

    /// Removes the invitations to a room that these users made, and those to them.
    package func removeAll(room: String, of makers: [String]) throws(MongoError) {
        try connection.deleteAll(Self.collection, room: room, users: makers)
        for code in try codes(room: room, madeBy: makers) { try remove(code: code) }
    }

    /// The invitations to a room that these users made.
    package func codes(room: String, madeBy makers: [String]) throws(MongoError) -> [String] {
        let makers = BSONArray(makers.map { .string($0) })
        var codes: [String] = []
        // Exactly the fields of an index; who made them is looked for among those.
        for users: BSONValue in [.null, ["$gt": ""]] {
            let pipeline: [BSONDocument] = [
                ["$match": ["room_id": .string(room), "user_id": users]],
                ["$match": ["created_by": ["$in": .array(makers)]]], ["$project": ["_id": 1]],
            ]
            codes += try connection.aggregate(Self.collection, pipeline).compactMap { $0.string("_id") }
        }
        return codes
    }

    private func records(_ filter: BSONDocument, limit: Int) throws(MongoError) -> [InviteRecord] {
        var records: [InviteRecord] = []
        for document in try connection.find(Self.collection, filter, options: FindOptions(limit: limit)) {
            records.append(try InviteRecord(document))
        }
        return records
    }
}
