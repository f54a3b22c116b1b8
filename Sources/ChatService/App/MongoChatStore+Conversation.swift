import BSON
import Chat
import MongoStore

// What became of messages: pins, threads, reactions, earlier versions.
extension MongoChatStore {
    func pins(
        of room: RoomID, before: TimedPosition?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: TimedPosition?) {
        let (pins, messages) = try await run("pins") { connection in
            let changes = ChangeRepository(connection)
            let pins = try changes.pins(of: room.rawValue, before: before?.record, limit: limit)
            return (pins, try changes.messages(in: pins.map(\.id)).map(Message.init))
        }
        let last = pins.count == limit ? pins.last : nil
        return (messages, last.map { TimedPosition(at: Timestamp(milliseconds: $0.pinnedAt), id: $0.id) })
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
        to message: ObjectID, after: TimedPosition?, limit: Int
    ) async throws(ChatError) -> (reactions: [StandingReaction], next: TimedPosition?) {
        let records = try await run("reactions") {
            try ChangeRepository($0).reactions(to: message, after: after?.record, limit: limit)
        }
        let reactions = records.map { record in
            StandingReaction(
                user: UserID(stored: record.userID), reaction: Reaction(stored: record.reaction),
                at: Timestamp(milliseconds: record.createdAt))
        }
        let last = records.count == limit ? records.last : nil
        return (reactions, last.map { TimedPosition(at: Timestamp(milliseconds: $0.createdAt), id: $0.id) })
    }

    func revisions(of message: ObjectID, limit: Int) async throws(ChatError) -> [MessageRevision] {
        try await run("revisions") { try ChangeRepository($0).revisions(of: message, limit: limit) }.map { record in
            MessageRevision(
                content: record.content, replacedBy: UserID(stored: record.replacedBy),
                replacedAt: Timestamp(milliseconds: record.replacedAt))
        }
    }
}

extension TimedPosition {
    fileprivate var record: TimedRecordPosition { TimedRecordPosition(at: at.milliseconds, id: id) }
}
