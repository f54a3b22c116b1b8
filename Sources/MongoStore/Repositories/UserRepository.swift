internal import BSON

/// Reads and writes `users` on one connection; blocks. Off a lane: ``MongoClient/users(deadline:_:_:)``.
///
/// `username` is unique without regard to case, but tokens from outside may repeat a name, and a join must not fail for
/// that. So the first user who is seen with a name has it as `username`; every other one gets `name#user_id` there, and
/// keeps that until his name changes. `display_name` is always the name as it came.
package struct UserRepository {
    package static let collection = "users"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func find(_ id: String) throws(MongoError) -> UserRecord? {
        guard let document = try connection.findOne(Self.collection, ["_id": .string(id)]) else { return nil }
        return try UserRecord(document)
    }

    /// Notes that a user was seen under a name; makes the user when new. Never fails for a name that is taken.
    /// - Parameters:
    ///   - username: as the token has it. `display_name` is the same unless given.
    ///   - at: milliseconds since 1970.
    /// - Returns: the user as stored.
    @discardableResult
    package func upsertSeen(
        _ id: String, username: String, displayName: String? = nil, at: Int64
    ) throws(MongoError) -> UserRecord {
        let displayName = displayName ?? username
        var names = [username, "\(username)#\(id)"]
        // Who came second under this name before need not try for it each time.
        if let known = try find(id), names.contains(known.username) { names = [known.username] }
        // What is left if somebody really is called like that.
        names.append("\(username)#\(id)#\(UInt32.random(in: 0 ... .max))")
        var refused: MongoError?
        for name in names {
            let record = UserRecord(id: id, username: name, displayName: displayName, lastSeen: at)
            do {
                try save(record)
                return record
            } catch  where error.code == .duplicateKey {
                refused = error
            }
        }
        throw refused ?? MongoError(.command, "user \(id) could not be stored")
    }

    private func save(_ record: UserRecord) throws(MongoError) {
        let fields: BSONDocument = [
            "username": .string(record.username), "display_name": .string(record.displayName),
            "last_seen": .datetime(milliseconds: record.lastSeen ?? 0),
        ]
        _ = try connection.upsert(Self.collection, ["_id": .string(record.id)], ["$set": .document(fields)])
    }
}
