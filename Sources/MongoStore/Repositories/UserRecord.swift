package import BSON

/// A document of `users`.
package struct UserRecord: Sendable, Hashable {
    package var id: String
    /// Unique without regard to case: the name itself for the first who bore it, else ``UserRepository`` adds to it.
    package var username: String
    /// The name as the user's token or account has it; may repeat.
    package var displayName: String
    /// Milliseconds since 1970; nil: never.
    package var lastSeen: Int64?
}

extension UserRecord {
    /// - Throws: `.decoding` when `_id` or `username` is missing or no string.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.string("_id"), let username = document.string("username") else {
            throw MongoError(.decoding, "a user has no string _id or username")
        }
        self.init(
            id: id, username: username, displayName: document.string("display_name") ?? username,
            lastSeen: document.milliseconds("last_seen"))
    }
}
