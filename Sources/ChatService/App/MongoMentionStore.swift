import BSON
import Chat
import MongoStore

/// What mentions need of storage, met by MongoDB.
struct MongoMentionStore: MentionStore {
    let store: MongoChatStore

    func members(
        of room: RoomID, names: [String], ids: [UserID]
    ) async throws(ChatError) -> (names: [String: UserID], ids: Set<UserID>) {
        let (named, members) = try await store.run("find mentioned") { connection in
            let mentions = MentionRepository(connection)
            let named = try mentions.users(named: names)
            let candidates = Set(named.values).union(names).union(ids.map(\.rawValue))
            return (named, try mentions.members(of: room.rawValue, among: Array(candidates)))
        }
        var found: [String: UserID] = [:]
        for name in names {
            // By name, and where nobody here is called so, by id.
            let user = [named[name.lowercased()], name].compactMap(\.self).first(where: members.contains)
            if let user { found[name] = UserID(stored: user) }
        }
        return (found, Set(ids.filter { members.contains($0.rawValue) }))
    }

    func noteEveryoneMentioned(in message: Message) async throws(ChatError) {
        try await store.run("note mention of a room") { connection in
            try MentionRepository(connection).noteRoomMention(
                .init(message.id, room: message.roomID.rawValue, seq: message.seq))
        }
    }

    func members(of room: RoomID, among users: [UserID]) async throws(ChatError) -> Set<UserID> {
        let members = try await store.run("find members") { connection in
            try MentionRepository(connection).members(of: room.rawValue, among: users.map(\.rawValue))
        }
        return Set(members.map(UserID.init(stored:)))
    }

    func seeing(_ message: Message, among users: [UserID]) async throws(ChatError) -> Set<UserID> {
        try await store.run("who sees a message") { connection in
            guard let record = try connection.rooms.find(message.roomID.rawValue), record.goneAt == nil else {
                return []
            }
            let room = Room(record)
            let members = try connection.members.find(room: record.id, users: users.map(\.rawValue))
            return Set(
                members.filter { message.seq >= RoomRules.firstVisible(to: .member(Membership($0)), in: room) }
                    .map { UserID(stored: $0.userID) })
        }
    }

    func blocking(_ author: UserID, among users: [UserID]) async throws(ChatError) -> Set<UserID> {
        let blocking = try await store.run("find blocks") { connection in
            try MentionRepository(connection).blocking(author.rawValue, among: users.map(\.rawValue))
        }
        return Set(blocking.map(UserID.init(stored:)))
    }

    func mentions(
        of user: UserID, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: ObjectID?) {
        try await store.run("mentions") { connection in
            let mentions = MentionRepository(connection)
            let all =
                try mentions.direct(user.rawValue, before: before, limit: limit)
                + mentions.ofRooms(user.rawValue, before: before, limit: limit)
            let ids = Array(Set(all.map(\.id)).sorted(by: >).prefix(limit))
            let first = try connection.firstVisible(to: user, in: Set(all.map(\.room)))
            let messages = try connection.messagesByID(Set(ids))
            let authors = Set(messages.values.map(\.userID.rawValue))
            let blocked = try BlockRepository(connection).blocked(by: user.rawValue, among: authors)
            let shown = ids.compactMap { messages[$0] }.filter { message in
                first[message.roomID].map { message.seq >= $0 } == true && message.userID != user
                    && !message.isDeleted && !blocked.contains(message.userID.rawValue)
            }
            return (shown, ids.count == limit ? ids.last : nil)
        }
    }

    func recentMentions(of user: UserID) async throws(ChatError) -> [(room: RoomID, seq: Int64)] {
        try await store.run("recent mentions") { connection in
            let mentions = MentionRepository(connection)
            let all =
                try mentions.direct(user.rawValue, before: nil, limit: UnreadRoom.maximumMentions)
                + mentions.ofRooms(user.rawValue, before: nil, limit: UnreadRoom.maximumMentions)
            // One message may mention him and his room.
            var unique = Set(all)
            if try BlockRepository(connection).hasBlocked(user.rawValue) {
                let messages = try connection.messagesByID(Set(unique.map(\.id)))
                let authors = Set(messages.values.map(\.userID.rawValue))
                let blocked = try BlockRepository(connection).blocked(by: user.rawValue, among: authors)
                unique = unique.filter { messages[$0.id].map { !blocked.contains($0.userID.rawValue) } ?? false }
            }
            return unique.map { (RoomID(stored: $0.room), $0.seq) }
        }
    }
}
