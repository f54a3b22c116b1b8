import BSON
import Chat

/// Mentions for benchmarks: nobody is mentioned.
struct NullMentionStore: MentionStore {
    func members(
        of room: RoomID, names: [String], ids: [UserID]
    ) async throws(ChatError) -> (names: [String: UserID], ids: Set<UserID>) { ([:], []) }
    func noteEveryoneMentioned(in message: Message) async throws(ChatError) {}
    func members(of room: RoomID, among users: [UserID]) async throws(ChatError) -> Set<UserID> { [] }
    func seeing(_ message: Message, among users: [UserID]) async throws(ChatError) -> Set<UserID> { [] }
    func blocking(_ author: UserID, among users: [UserID]) async throws(ChatError) -> Set<UserID> { [] }
    func mentions(
        of user: UserID, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: ObjectID?) { ([], nil) }
    func recentMentions(of user: UserID) async throws(ChatError) -> [(room: RoomID, seq: Int64)] { [] }
}
