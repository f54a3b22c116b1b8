internal import BSON

// `settings` of a user: `read_receipts`, true where it is missing.
extension UserRepository {
    /// Which of these users do not share how far they have read.
    package func withoutReceipts(_ users: [String]) throws(MongoError) -> Set<String> {
        guard !users.isEmpty else { return [] }
        let documents = try connection.find(
            Self.collection, ["_id": ["$in": .array(BSONArray(users.map { .string($0) }))]],
            options: FindOptions(projection: ["settings": 1], batchSize: users.count + 1))
        let silent = documents.filter { $0.document("settings")?.bool("read_receipts") == false }
        return Set(silent.compactMap { $0.string("_id") })
    }

    /// Which of these users hide.
    /// - Parameter now: milliseconds since 1970.
    package func hidden(_ users: [String], at now: Int64) throws(MongoError) -> Set<String> {
        let hidden = try statuses(of: users).filter { _, status in
            status.string("status") == "invisible" && status.milliseconds("expires_at").map { $0 > now } ?? true
        }
        return Set(hidden.keys)
    }

    /// Of a user who is stored.
    package func setReceipts(_ shares: Bool, of user: String) throws(MongoError) {
        _ = try connection.retryingOnce { () throws(MongoError) in
            try connection.update(
                Self.collection,
                [
                    UpdateOperation(
                        filter: ["_id": .string(user)], update: ["$set": ["settings.read_receipts": .bool(shares)]])
                ]
            ).checked()
        }
    }
}
