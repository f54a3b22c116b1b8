import BSON
import Chat
import MongoStore

/// What the rules about reading need of storage, met by MongoDB.
struct MongoReadStore: ReadStore {
    let store: MongoChatStore

    func advance(_ positions: [ReadPosition]) async throws(ChatError) {
        try await store.run("read positions") { connection in
            try ReadRepository(connection).advance(
                positions.map { .init(room: $0.room.rawValue, user: $0.user.rawValue, seq: $0.seq) })
        }
    }

    func readState(of user: UserID, in room: RoomID) async throws(ChatError) -> ReadState? {
        try await store.run("read state") { connection in
            guard let member = try connection.members.find(room: room.rawValue, user: user.rawValue) else { return nil }
            let silent = try connection.users.withoutReceipts([user.rawValue])
            return ReadState(seq: max(member.readSeq, member.joinedSeq), sharesReceipts: silent.isEmpty)
        }
    }

    func unread(of user: UserID, after: RoomID?, limit: Int) async throws(ChatError) -> UnreadPage {
        let page = try await store.run("unread") { connection in
            try ReadRepository(connection).rooms(of: user.rawValue, after: after?.rawValue, limit: limit)
        }
        let rooms = page.filter { $0.room.goneAt == nil }.map { found in
            let (member, record) = (found.member, found.room)
            var room = UnreadRoom(
                room: RoomID(stored: record.id), name: record.name, lastSeq: record.last.seq,
                readSeq: max(member.readSeq, member.joinedSeq, record.firstSeq - 1),
                lastMessage: found.lastMessage.map(Message.init))
            room.firstVisible = RoomRules.firstVisible(to: .member(Membership(member)), in: Room(record))
            return room
        }
        return UnreadPage(
            rooms: rooms, nextAfter: page.count == limit ? page.last.map { RoomID(stored: $0.room.id) } : nil)
    }

    func readers(of message: Message, after: UserID?, limit: Int) async throws(ChatError) -> ReadersPage {
        let (users, silent) = try await store.run("readers") { connection in
            let users = try ReadRepository(connection).readers(
                room: message.roomID.rawValue, seq: message.seq, after: after?.rawValue, limit: limit)
            let hidden = try connection.users.hidden(users, at: Timestamp.now.milliseconds)
            return (users, try connection.users.withoutReceipts(users).union(hidden))
        }
        let author = message.userID.rawValue
        return ReadersPage(
            readers: users.filter { $0 != author && !silent.contains($0) }.map(UserID.init(stored:)),
            nextAfter: users.count == limit ? users.last.map(UserID.init(stored:)) : nil)
    }

    func sharesReceipts(_ user: UserID) async throws(ChatError) -> Bool {
        try await store.run("find settings") { try $0.users.withoutReceipts([user.rawValue]) }.isEmpty
    }

    func setSharesReceipts(_ shares: Bool, of author: Author) async throws(ChatError) {
        try await store.run("change settings") { connection in
            let users = connection.users
            try users.upsertSeen(author.id.rawValue, username: author.username, at: Timestamp.now.milliseconds)
            try users.setReceipts(shares, of: author.id.rawValue)
        }
    }
}
