import BSON
import Chat

extension NullRoomStore {
    func messages(
        of user: UserID, after: PersonalPosition?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: PersonalPosition?) { ([], nil) }

    func reactions(of user: UserID, limit: Int) async throws(ChatError) -> [GivenReaction] { [] }
    func person(_ user: UserID) async throws(ChatError) -> (username: String, lastSeen: Timestamp?)? { nil }
    func forgetRevisions(of messages: [ObjectID]) async throws(ChatError) {}
    func forgetReactions(of user: UserID, to messages: Set<ObjectID>) async throws(ChatError) {}
    func forget(_ user: UserID) async throws(ChatError) {}
}
