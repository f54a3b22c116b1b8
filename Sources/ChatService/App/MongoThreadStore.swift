import BSON
import Chat
import MongoStore

/// What the followers of threads need of storage, met by MongoDB.
struct MongoThreadStore: ThreadStore {
    private typealias Follow = ThreadFollowRepository.Follow

    let store: MongoChatStore

    func note(_ replies: [ThreadReply]) async throws(ChatError) {
        try await store.run("note replies") { connection in
            let roots = try connection.messagesByID(Set(replies.map(\.root)))
            var changes: [ThreadFollowRepository.Change] = []
            for reply in replies {
                guard let root = roots[reply.root] else { continue }
                var follow = Follow(
                    root: reply.root, room: reply.room.rawValue, user: reply.user.rawValue, isFollowing: true,
                    readSeq: reply.seq)
                changes.append(.follows(follow))
                guard root.userID != reply.user else { continue }
                (follow.user, follow.readSeq) = (root.userID.rawValue, reply.seq - 1)
                changes.append(.followsAtFirst(follow))
            }
            try ThreadFollowRepository(connection).write(changes)
        }
    }

    func setFollowing(_ follows: Bool, _ root: Message, _ user: UserID, readSeq: Int64) async throws(ChatError) {
        let follow = Self.follow(root, user, readSeq)
        try await store.run("follow thread") { connection in
            try ThreadFollowRepository(connection).write([follows ? .follows(follow) : .stops(follow)])
        }
    }

    func follow(of user: UserID, _ root: ObjectID) async throws(ChatError) -> ThreadFollow {
        let found = try await store.run("find follower") { connection in
            try ThreadFollowRepository(connection).find(root, user.rawValue)
        }
        return found.map { ThreadFollow(isFollowing: $0.isFollowing, readSeq: $0.readSeq) } ?? .none
    }

    func setRead(_ root: Message, _ user: UserID, _ seq: Int64) async throws(ChatError) {
        let follow = Self.follow(root, user, seq)
        try await store.run("read thread") { try ThreadFollowRepository($0).write([.reads(follow)]) }
    }

    func unread(_ root: Message, _ user: UserID, after seq: Int64) async throws(ChatError) -> Int {
        try await store.run("unread replies") { try Self.unread($0, root, user, after: seq) }
    }

    func followers(
        of root: ObjectID, after: UserID?, limit: Int
    ) async throws(ChatError) -> (users: [UserID], next: UserID?) {
        let users = try await store.run("followers") { connection in
            try ThreadFollowRepository(connection).followers(root, after: after?.rawValue, limit: limit)
        }.map { UserID(stored: $0.user) }
        return (users, users.count == limit ? users.last : nil)
    }

    func followed(
        by user: UserID, in room: RoomID?, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (threads: [FollowedThread], next: ObjectID?) {
        try await store.run("followed threads") { connection in
            let follows = try ThreadFollowRepository(connection).followed(
                by: user.rawValue, in: room?.rawValue, before: before, limit: limit)
            let first = try connection.firstVisible(to: user, in: Set(follows.map(\.room)))
            let roots = try connection.messagesByID(Set(follows.map(\.root)))
            var threads: [FollowedThread] = []
            for follow in follows {
                guard let root = roots[follow.root], let first = first[root.roomID], root.seq >= first else { continue }
                threads.append(
                    FollowedThread(
                        root: root, readSeq: follow.readSeq,
                        unread: try Self.unread(connection, root, user, after: follow.readSeq)))
            }
            return (threads, follows.count == limit ? follows.last?.root : nil)
        }
    }

    private static func follow(_ root: Message, _ user: UserID, _ seq: Int64) -> Follow {
        Follow(root: root.id, room: root.roomID.rawValue, user: user.rawValue, isFollowing: true, readSeq: seq)
    }

    private static func unread(
        _ connection: MongoConnection, _ root: Message, _ user: UserID, after seq: Int64
    ) throws -> Int {
        try ThreadFollowRepository(connection).unread(
            root.id, user.rawValue, after: seq, limit: FollowedThread.maximumUnread)
    }
}
