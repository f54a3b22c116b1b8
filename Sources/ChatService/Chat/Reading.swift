/// How far a user has read in a room: everything up to `seq`.
package struct ReadPosition: Hashable, Sendable {
    package var room: RoomID
    package var user: UserID
    package var seq: Int64

    package init(room: RoomID, user: UserID, seq: Int64) {
        self.room = room
        self.user = user
        self.seq = seq
    }
}

/// What is stored of one user's reading in one room.
package struct ReadState: Hashable, Sendable {
    package var seq: Int64
    /// Whether others may see how far he has read.
    package var sharesReceipts: Bool

    package init(seq: Int64, sharesReceipts: Bool) {
        self.seq = seq
        self.sharesReceipts = sharesReceipts
    }
}

/// One of a user's rooms, with what he has not read in it.
package struct UnreadRoom: Hashable, Sendable {
    package var room: RoomID
    package var name: String
    package var lastSeq: Int64
    /// Everything up to here counts as read: the greatest of what was read, where the user joined, and what retention
    /// took.
    package var readSeq: Int64
    package var lastMessage: Message?
    /// Where the room begins for the user: what was said before is not shown to him.
    package var firstVisible: Int64 = 1

    package init(room: RoomID, name: String, lastSeq: Int64, readSeq: Int64, lastMessage: Message?) {
        self.room = room
        self.name = name
        self.lastSeq = lastSeq
        self.readSeq = readSeq
        self.lastMessage = lastMessage
    }

    /// Unread messages that mention the user, as far as they are among the newest ``maximumMentions`` that do.
    package var mentions = 0

    package static let maximumMentions = 1_000

    package var unread: Int64 { max(lastSeq - readSeq, 0) }
}

/// Some of a user's rooms, in the order of their ids.
package struct UnreadPage: Hashable, Sendable {
    package var rooms: [UnreadRoom]
    /// Pass it as `after` to go on; nil at the end.
    package var nextAfter: RoomID?

    package init(rooms: [UnreadRoom], nextAfter: RoomID?) {
        self.rooms = rooms
        self.nextAfter = nextAfter
    }
}

/// Who has read a message, in the order of user ids.
package struct ReadersPage: Hashable, Sendable {
    package var readers: [UserID]
    /// Pass it as `after` to go on; nil at the end.
    package var nextAfter: UserID?

    package init(readers: [UserID], nextAfter: UserID?) {
        self.readers = readers
        self.nextAfter = nextAfter
    }
}

/// What the rules about reading need of storage. Every method throws `ChatError`.
package protocol ReadStore: Sendable {
    /// Moves positions forward, never back; those of no member are passed over.
    func advance(_ positions: [ReadPosition]) async throws(ChatError)

    /// - Returns: nil when the user is no member of the room.
    func readState(of user: UserID, in room: RoomID) async throws(ChatError) -> ReadState?

    /// A page of the user's rooms in the order of their ids, in one query.
    func unread(of user: UserID, after: RoomID?, limit: Int) async throws(ChatError) -> UnreadPage

    /// Members who were there before a message and have read it, but for its author and those who do not share that.
    func readers(of message: Message, after: UserID?, limit: Int) async throws(ChatError) -> ReadersPage

    /// Whether the user shares how far he has read; true unless he said otherwise.
    func sharesReceipts(_ user: UserID) async throws(ChatError) -> Bool
    func setSharesReceipts(_ shares: Bool, of author: Author) async throws(ChatError)
}
