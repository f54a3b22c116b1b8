import BSON
import Chat
import MongoStore

// What became of messages: pins, threads, reactions, earlier versions.
extension MongoChatStore {
    func pins(of room: RoomID, limit: Int) async throws(ChatError) -> [Message] {
        try await run("pins") { try ChangeRepository($0).pinned(room.rawValue, limit: limit).map(Message.init) }
    }

    func threads(of room: RoomID, before: Int64?, limit: Int) async throws(ChatError) -> [Message] {
        try await run("threads") { connection in
            try ChangeRepository(connection).threads(room.rawValue, before: before, limit: limit).map(Message.init)
        }
    }

    func replies(to root: ObjectID, before: Int64?, limit: Int) async throws(ChatError) -> [Message] {
        try await run("replies") { connection in
            try connection.messages.replies(to: root, before: before, limit: limit).map(Message.init)
        }
    }

    func reactions(
        to message: ObjectID, limit: Int
    ) async throws(ChatError) -> [(user: UserID, reaction: Reaction, at: Timestamp)] {
        try await run("reactions") { try ChangeRepository($0).reactions(to: message, limit: limit) }.map { record in
            (
                UserID(stored: record.userID), Reaction(stored: record.reaction),
                Timestamp(milliseconds: record.createdAt)
            )
        }
    }

    func revisions(of message: ObjectID, limit: Int) async throws(ChatError) -> [MessageRevision] {
        try await run("revisions") { try ChangeRepository($0).revisions(of: message, limit: limit) }.map { record in
            MessageRevision(
                content: record.content, replacedBy: UserID(stored: record.replacedBy),
                replacedAt: Timestamp(milliseconds: record.replacedAt))
        }
    }
}
