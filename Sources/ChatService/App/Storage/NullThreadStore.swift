import BSON
import Chat

/// Followers of threads for benchmarks: there are none.
struct NullThreadStore: ThreadStore {
    func note(_ replies: [ThreadReply]) async throws(ChatError) {}
    func setFollowing(_ follows: Bool, _ root: Message, _ user: UserID, readSeq: Int64) async throws(ChatError) {}
    func follow(of user: UserID, _ root: ObjectID) async throws(ChatError) -> ThreadFollow { .none }
    func setRead(_ root: Message, _ user: UserID, _ seq: Int64) async throws(ChatError) {}
    func unread(_ root: Message, _ user: UserID, after seq: Int64) async throws(ChatError) -> Int { 0 }
    func followers(
        of root: ObjectID, after: UserID?, limit: Int
    ) async throws(ChatError) -> (users: [UserID], next: UserID?) { ([], nil) }
    func followed(
        by user: UserID, in room: RoomID?, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (threads: [FollowedThread], next: ObjectID?) { ([], nil) }
}
