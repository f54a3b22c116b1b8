internal import BSON

/// Reads and writes `blocks` on one connection; blocks. Whom a user does not want to hear of.
package struct BlockRepository {
    package static let collection = "blocks"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func isBlocked(_ user: String, by blocker: String) throws(MongoError) -> Bool {
        try connection.findOne(Self.collection, Self.filter(blocker, user)) != nil
    }

    /// Whether a user has blocked anybody.
    package func hasBlocked(_ blocker: String) throws(MongoError) -> Bool {
        try !list(blocker, after: nil, limit: 1).isEmpty
    }

    /// Whoever has blocked no more has his list read whole.
    private static let shortList = 500

    /// Which of these a user has blocked. One query, but for those who have blocked hundreds.
    package func blocked(by blocker: String, among users: Set<String>) throws(MongoError) -> Set<String> {
        guard !users.isEmpty else { return [] }
        let first = try list(blocker, after: nil, limit: Self.shortList)
        guard first.count == Self.shortList else { return users.intersection(first) }
        var blocked: Set<String> = []
        let users = Array(users)
        for start in stride(from: 0, to: users.count, by: 20) {
            let part = users[start..<min(start + 20, users.count)].map(BSONValue.string)
            let found = try connection.find(
                Self.collection, ["user_id": .string(blocker), "blocked_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(projection: ["blocked_id": 1], batchSize: part.count + 1))
            blocked.formUnion(found.compactMap { $0.string("blocked_id") })
        }
        return blocked
    }

    /// Whether one of these has blocked a user.
    package func isBlocked(_ user: String, byAnyOf blockers: [String]) throws(MongoError) -> Bool {
        for start in stride(from: 0, to: blockers.count, by: 20) {
            let part = blockers[start..<min(start + 20, blockers.count)].map(BSONValue.string)
            let filter: BSONDocument = [
                "user_id": ["$in": .array(BSONArray(part))], "blocked_id": .string(user),
            ]
            if try connection.findOne(Self.collection, filter) != nil { return true }
        }
        return false
    }

    /// Whom a user has blocked, in the order of their ids.
    package func list(_ blocker: String, after user: String?, limit: Int) throws(MongoError) -> [String] {
        try connection.find(
            Self.collection, ["user_id": .string(blocker), "blocked_id": ["$gt": .string(user ?? "")]],
            options: FindOptions(sort: ["blocked_id": 1], limit: limit)
        ).compactMap { $0.string("blocked_id") }
    }

    /// - Parameter at: milliseconds since 1970.
    package func put(_ user: String, by blocker: String, at: Int64) throws(MongoError) {
        _ = try connection.upsert(
            Self.collection, Self.filter(blocker, user), ["$setOnInsert": ["created_at": .datetime(milliseconds: at)]])
    }

    package func remove(_ user: String, by blocker: String) throws(MongoError) {
        try connection.retryingOnce { () throws(MongoError) in
            _ = try connection.delete(Self.collection, Self.filter(blocker, user), limit: 1)
        }
    }

    private static func filter(_ blocker: String, _ user: String) -> BSONDocument {
        ["user_id": .string(blocker), "blocked_id": .string(user)]
    }
}
