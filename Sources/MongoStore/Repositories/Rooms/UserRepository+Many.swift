internal import BSON

extension UserRepository {
    /// Notes that many users were seen, in one command; see ``upsertSeen(_:username:displayName:at:)``.
    package func upsertSeen(_ users: [(id: String, username: String)], at: Int64) throws(MongoError) {
        let updates = users.map { user in
            let fields: BSONDocument = [
                "username": .string(user.username), "display_name": .string(user.username),
                "last_seen": .datetime(milliseconds: at),
            ]
            return UpdateOperation(
                filter: ["_id": .string(user.id)], update: ["$set": .document(fields)], upsert: true)
        }
        let outcome = try connection.retryingOnce { () throws(MongoError) in
            try connection.update(Self.collection, updates, ordered: false)
        }
        if let concern = outcome.writeConcernError { throw concern }
        for refused in outcome.writeErrors {
            // A name that another user bears: one by one these are given names of their own.
            guard refused.code == .duplicateKey, users.indices.contains(refused.index) else { throw refused.error }
            let user = users[refused.index]
            try upsertSeen(user.id, username: user.username, at: at)
        }
    }

    /// The users with these ids, in no particular order.
    package func find(ids: [String]) throws(MongoError) -> [UserRecord] {
        var users: [UserRecord] = []
        for start in stride(from: 0, to: ids.count, by: 20) {
            let part = ids[start..<min(start + 20, ids.count)].map(BSONValue.string)
            let found = try connection.find(
                Self.collection, ["_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(batchSize: part.count + 1))
            for document in found { users.append(try UserRecord(document)) }
        }
        return users
    }
}
