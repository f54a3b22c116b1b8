/// A message of a room as the server sends it, on the socket and over REST.
package struct RoomMessage: Decodable, Hashable, Sendable {
    /// How many gave one reaction.
    package struct Reaction: Decodable, Hashable, Sendable {
        package var reaction: String
        package var count: Int

        package init(reaction: String, count: Int) {
            self.reaction = reaction
            self.count = count
        }
    }

    /// Of the root of a thread.
    package struct Thread: Decodable, Hashable, Sendable {
        package var replyCount: Int

        package init(replyCount: Int) { self.replyCount = replyCount }

        private enum CodingKeys: String, CodingKey {
            case replyCount = "reply_count"
        }
    }

    /// 24 hex digits; their order is the order in the room.
    package var id: String
    package var roomID: String?
    package var seq: Int64?
    package var userID: String
    package var username: String
    package var content: String
    /// RFC 3339 in UTC.
    package var timestamp: String
    package var replyTo: String?
    package var threadID: String?
    package var thread: Thread?
    package var reactions: [Reaction]?
    package var editedAt: String?
    package var deletedAt: String?
    package var deletedBy: String?
    package var pinnedAt: String?
    /// What is shown beside it, such as what it answers; not the server's.
    package var remark: String?

    package init(
        id: String, seq: Int64? = nil, userID: String, username: String, content: String, timestamp: String = ""
    ) {
        self.id = id
        self.seq = seq
        self.userID = userID
        self.username = username
        self.content = content
        self.timestamp = timestamp
    }

    package var isDeleted: Bool { deletedAt != nil }

    private enum CodingKeys: String, CodingKey {
        case id = "_id"
        case roomID = "room_id"
        case seq, username, content, timestamp, thread, reactions
        case userID = "user_id"
        case replyTo = "reply_to"
        case threadID = "thread_id"
        case editedAt = "edited_at"
        case deletedAt = "deleted_at"
        case deletedBy = "deleted_by"
        case pinnedAt = "pinned_at"
    }
}

/// One answer of `GET /chat/{room_id}/history`, `…/search` or `…/threads/{id}`.
package struct MessagePage: Decodable, Hashable, Sendable {
    package var messages: [RoomMessage]
    /// Where the next page begins; `nil` when there is none.
    package var nextBeforeID: String?
    /// Of a thread.
    package var root: RoomMessage?

    package init(messages: [RoomMessage], nextBeforeID: String?, root: RoomMessage? = nil) {
        self.messages = messages
        self.nextBeforeID = nextBeforeID
        self.root = root
    }

    private enum CodingKeys: String, CodingKey {
        case messages, root
        case nextBeforeID = "next_before_id"
    }
}

/// One answer of `GET /users/me/unread`.
package struct UnreadPage: Decodable, Hashable, Sendable {
    package struct Room: Decodable, Hashable, Sendable {
        package var roomID: String
        package var unread: Int64
        package var mentions: Int?

        package init(roomID: String, unread: Int64, mentions: Int?) {
            self.roomID = roomID
            self.unread = unread
            self.mentions = mentions
        }

        private enum CodingKeys: String, CodingKey {
            case unread, mentions
            case roomID = "room_id"
        }
    }

    package var rooms: [Room]

    package init(rooms: [Room]) { self.rooms = rooms }
}
