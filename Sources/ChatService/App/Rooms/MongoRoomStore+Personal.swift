import BSON
import Chat
import MongoStore

// What is stored of one person.
extension MongoRoomStore {
    func messages(
        of user: UserID, after: PersonalPosition?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: PersonalPosition?) {
        try await chat.run("messages of a user") { connection in
            let page = try PersonalRepository(connection).messages(
                of: user.rawValue, after: after.map { ($0.room.rawValue, $0.clientID) }, limit: limit)
            let next = page.next.map { PersonalPosition(room: RoomID(stored: $0.room), clientID: $0.clientID) }
            return (page.messages.map(Message.init), next)
        }
    }

    func reactions(of user: UserID, limit: Int) async throws(ChatError) -> [GivenReaction] {
        try await chat.run("reactions of a user") { connection in
            try PersonalRepository(connection).reactions(of: user.rawValue, limit: limit)
        }.map { record in
            GivenReaction(
                room: RoomID(stored: record.roomID), message: record.messageID,
                reaction: Reaction(stored: record.reaction))
        }
    }

    func person(_ user: UserID) async throws(ChatError) -> (username: String, lastSeen: Timestamp?)? {
        try await chat.run("find user") { try $0.users.find(user.rawValue) }
            .map { ($0.displayName, $0.lastSeen.map(Timestamp.init(milliseconds:))) }
    }

    func forgetRevisions(of messages: [ObjectID]) async throws(ChatError) {
        try await chat.run("forget revisions") { try PersonalRepository($0).forgetRevisions(of: messages) }
    }

    func forgetReactions(of user: UserID, to messages: Set<ObjectID>) async throws(ChatError) {
        try await chat.run("forget reactions") { connection in
            try PersonalRepository(connection).forgetReactions(of: user.rawValue, to: messages)
        }
    }

    func forget(_ user: UserID) async throws(ChatError) {
        try await chat.run("forget user") { try PersonalRepository($0).forget(user.rawValue) }
    }
}
