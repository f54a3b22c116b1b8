package import BSON

// `status` of a user: `{status, text?, emoji?, expires_at?, seen_at?}`.
extension UserRepository {
    /// The `status` of those who have one.
    package func statuses(of users: [String]) throws(MongoError) -> [String: BSONDocument] {
        guard !users.isEmpty else { return [:] }
        let documents = try connection.find(
            Self.collection, ["_id": ["$in": .array(BSONArray(users.map { .string($0) }))]],
            options: FindOptions(projection: ["status": 1], batchSize: users.count + 1))
        var statuses: [String: BSONDocument] = [:]
        for document in documents {
            if let id = document.string("_id"), let status = document.document("status") { statuses[id] = status }
        }
        return statuses
    }

    /// Of a user who is stored.
    package func setStatus(_ fields: BSONDocument, of user: String) throws(MongoError) {
        _ = try connection.retryingOnce { () throws(MongoError) in
            try connection.update(
                Self.collection,
                [UpdateOperation(filter: ["_id": .string(user)], update: ["$set": ["status": .document(fields)]])]
            ).checked()
        }
    }

    /// Moves `last_seen` forward; milliseconds since 1970.
    package func noteSeen(_ users: [(id: String, at: Int64)]) throws(MongoError) {
        for start in stride(from: 0, to: users.count, by: 1_000) {
            let updates = users[start..<min(start + 1_000, users.count)].map { user in
                UpdateOperation(
                    filter: ["_id": .string(user.id)],
                    update: ["$max": ["last_seen": .datetime(milliseconds: user.at)]])
            }
            _ = try connection.retryingOnce { () throws(MongoError) in
                try connection.update(Self.collection, updates, ordered: false).checked()
            }
        }
    }
}
