#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What the server sends in the second dialect.
package enum ServerEvent: Hashable, Sendable {
    /// The first frame: who we are.
    case hello(userID: String)
    case history([RoomMessage])
    case message(RoomMessage)
    /// Somebody joined or left.
    case system(content: String, userID: String?)
    /// The user ids of all who type.
    case typing(users: [String])
    /// `online` is missing in large rooms.
    case presence(online: [String]?, count: Int)
    /// Who came and who left since the last list.
    case presenceChange(joined: [String], left: [String], count: Int)
    /// A message is not what it was.
    case updated(Update)
    /// All that was missed has been sent.
    case resumed
    /// What was missed cannot be sent; the newest messages follow.
    case resync
    case read(userID: String, seq: Int64)
    /// A message of any room names us.
    case mention(RoomMessage)
    case status(userID: String, status: String, text: String?)
    /// A message of ours is stored, under this id; or what was asked for is done.
    case acknowledgement(ref: String, id: String?)
    case failure(Failure)
    /// A frame of a later version.
    case other(type: String)

    package struct Update: Decodable, Hashable, Sendable {
        /// `edited`, `deleted`, `reaction`, `pinned`, `unpinned`, `thread`, `resumed`, or a later version's.
        package var change: String
        /// Who did it.
        package var userID: String?
        /// The message as it is now.
        package var message: RoomMessage

        package init(change: String, userID: String?, message: RoomMessage) {
            self.change = change
            self.userID = userID
            self.message = message
        }

        private enum CodingKeys: String, CodingKey {
            case change, message
            case userID = "user_id"
        }
    }

    package struct Failure: Decodable, Hashable, Sendable {
        /// The `client_id` of the message that was refused.
        package var ref: String?
        package var code: String
        package var message: String
        /// Whether sending the same again may help.
        package var temporary: Bool
        package var retryAfterMilliseconds: Int64?

        package init(
            ref: String? = nil, code: String, message: String, temporary: Bool = false,
            retryAfterMilliseconds: Int64? = nil
        ) {
            self.ref = ref
            self.code = code
            self.message = message
            self.temporary = temporary
            self.retryAfterMilliseconds = retryAfterMilliseconds
        }

        private enum CodingKeys: String, CodingKey {
            case ref, code, message, temporary
            case retryAfterMilliseconds = "retry_after_ms"
        }
    }

    /// - Returns: `nil` when the text is no frame.
    package static func decode(_ text: String) -> ServerEvent? {
        try? JSONDecoder().decode(ServerEvent.self, from: Data(text.utf8))
    }

    /// Where the client is once it has this frame; `nil` when the frame does not say, or only where it will be.
    package static func cursor(in text: String) -> String? {
        struct Position: Decodable {
            var type: String
            var cursor: String?
        }
        guard let position = try? JSONDecoder().decode(Position.self, from: Data(text.utf8)) else { return nil }
        // These two stand before what brings the client there.
        return ["hello", "resync"].contains(position.type) ? nil : position.cursor
    }
}

extension ServerEvent: Decodable {
    private enum Key: String, CodingKey {
        case type, messages, content, users, count, ref, joined, left, seq, message, status, text
        case id = "_id"
        case userID = "user_id"
        case onlineUsers = "online_users"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let type = try fields.decode(String.self, forKey: .type)
        switch type {
        case "hello":
            let userID = try fields.decodeIfPresent(String.self, forKey: .userID)
            self = userID.map { .hello(userID: $0) } ?? .other(type: type)
        case "history":
            self = .history(try fields.decode([RoomMessage].self, forKey: .messages))
        case "message":
            self = .message(try RoomMessage(from: decoder))
        case "system":
            self = .system(
                content: try fields.decode(String.self, forKey: .content),
                userID: try fields.decodeIfPresent(String.self, forKey: .userID))
        case "typing":
            self = .typing(users: try fields.decode([String].self, forKey: .users))
        case "presence":
            let online = try fields.decodeIfPresent([String].self, forKey: .onlineUsers)
            let count = try fields.decodeIfPresent(Int.self, forKey: .count)
            self = .presence(online: online, count: count ?? online?.count ?? 0)
        case "presence_diff":
            self = .presenceChange(
                joined: try fields.decode([String].self, forKey: .joined),
                left: try fields.decode([String].self, forKey: .left),
                count: try fields.decode(Int.self, forKey: .count))
        case "message_updated":
            self = .updated(try Update(from: decoder))
        case "resumed":
            self = .resumed
        case "resync":
            self = .resync
        case "read":
            self = .read(
                userID: try fields.decode(String.self, forKey: .userID),
                seq: try fields.decode(Int64.self, forKey: .seq))
        case "mention":
            self = .mention(try fields.decode(RoomMessage.self, forKey: .message))
        case "status":
            self = .status(
                userID: try fields.decode(String.self, forKey: .userID),
                status: try fields.decode(String.self, forKey: .status),
                text: try fields.decodeIfPresent(String.self, forKey: .text))
        case "ack":
            self = .acknowledgement(
                ref: try fields.decode(String.self, forKey: .ref),
                id: try fields.decodeIfPresent(String.self, forKey: .id))
        case "error":
            self = .failure(try Failure(from: decoder))
        default:
            self = .other(type: type)
        }
    }
}
