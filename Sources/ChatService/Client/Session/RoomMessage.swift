/// A message of a room as the server sends it, on the socket and over REST.
package struct RoomMessage: Decodable, Hashable, Sendable {
    /// 24 hex digits; their order is the order in the room.
    package var id: String
    package var seq: Int64?
    package var userID: String
    package var username: String
    package var content: String
    /// RFC 3339 in UTC.
    package var timestamp: String

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

    private enum CodingKeys: String, CodingKey {
        case id = "_id"
        case seq, username, content, timestamp
        case userID = "user_id"
    }
}

/// One answer of `GET /chat/{room_id}/history` or `…/search`.
package struct MessagePage: Decodable, Hashable, Sendable {
    package var messages: [RoomMessage]
    /// Where the next page begins; `nil` when there is none.
    package var nextBeforeID: String?

    package init(messages: [RoomMessage], nextBeforeID: String?) {
        self.messages = messages
        self.nextBeforeID = nextBeforeID
    }

    private enum CodingKeys: String, CodingKey {
        case messages
        case nextBeforeID = "next_before_id"
    }
}
