package import BSON

/// A document of `members`: a user's membership of a room.
package struct MemberRecord: Sendable, Hashable {
    package var id: ObjectID
    package var roomID: String
    package var userID: String
    package var role: String
    /// Milliseconds since 1970.
    package var joinedAt: Int64
    /// The room's last `seq` when the user joined.
    package var joinedSeq: Int64
    /// The last `seq` that the user has seen.
    package var readSeq: Int64
    /// Milliseconds since 1970; nil: not muted.
    package var mutedUntil: Int64?
    /// What the user wants to be told of: `all` unless changed.
    package var notify: String
}

extension MemberRecord {
    /// - Throws: `.decoding` when a field that decides about rights is missing or of another type.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.objectID("_id"), let roomID = document.string("room_id"),
            let userID = document.string("user_id"), let role = document.string("role")
        else {
            throw MongoError(.decoding, "a member has no _id, room_id, user_id or role")
        }
        let joinedSeq = document.int64("joined_seq") ?? 0
        self.init(
            id: id, roomID: roomID, userID: userID, role: role, joinedAt: document.milliseconds("joined_at") ?? 0,
            joinedSeq: joinedSeq, readSeq: document.int64("read_seq") ?? joinedSeq,
            mutedUntil: document.milliseconds("muted_until"), notify: document.string("notify") ?? "all")
    }
}
