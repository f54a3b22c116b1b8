package import BSON

/// A reply that was stored: whoever wrote it follows the thread, and so does the root's author.
package struct ThreadReply: Hashable, Sendable {
    package var room: RoomID
    package var root: ObjectID
    package var user: UserID
    package var seq: Int64

    package init(room: RoomID, root: ObjectID, user: UserID, seq: Int64) {
        self.room = room
        self.root = root
        self.user = user
        self.seq = seq
    }
}

/// Whether and how far somebody follows a thread.
package struct ThreadFollow: Hashable, Sendable {
    package var isFollowing: Bool
    /// The last reply that he has read; 0: none.
    package var readSeq: Int64

    package init(isFollowing: Bool, readSeq: Int64) {
        self.isFollowing = isFollowing
        self.readSeq = readSeq
    }

    package static let none = ThreadFollow(isFollowing: false, readSeq: 0)
}

/// A thread that a user follows, with what he has not read of it.
package struct FollowedThread: Hashable, Sendable {
    package var root: Message
    package var readSeq: Int64
    /// At most ``maximumUnread``.
    package var unread: Int

    package static let maximumUnread = 1_000

    package init(root: Message, readSeq: Int64, unread: Int) {
        self.root = root
        self.readSeq = readSeq
        self.unread = unread
    }
}

/// What the followers of threads need of storage. Every method throws `ChatError`.
package protocol ThreadStore: Sendable {
    /// Replies make followers, and count as read by those who wrote them.
    func note(_ replies: [ThreadReply]) async throws(ChatError)

    /// - Parameter readSeq: of one who begins to follow: what counts as read.
    func setFollowing(_ follows: Bool, _ root: Message, _ user: UserID, readSeq: Int64) async throws(ChatError)

    func follow(of user: UserID, _ root: ObjectID) async throws(ChatError) -> ThreadFollow

    /// Moves what is read forward, of a follower.
    func setRead(_ root: Message, _ user: UserID, _ seq: Int64) async throws(ChatError)

    /// Replies behind a number that others than the user wrote; at most ``FollowedThread/maximumUnread``.
    func unread(_ root: Message, _ user: UserID, after seq: Int64) async throws(ChatError) -> Int

    /// In the order of user ids.
    func followers(
        of root: ObjectID, after: UserID?, limit: Int
    ) async throws(ChatError) -> (users: [UserID], next: UserID?)

    /// The threads that a user follows in rooms of which he is a member, the newest root first.
    func followed(
        by user: UserID, in room: RoomID?, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (threads: [FollowedThread], next: ObjectID?)
}
