#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What the server sends in the basic dialect.
package enum ServerEvent: Hashable, Sendable {
    case history([RoomMessage])
    case message(RoomMessage)
    /// Somebody joined or left.
    case system(content: String, userID: String?)
    /// The user ids of all who type.
    case typing(users: [String])
    /// `online` is missing in large rooms.
    case presence(online: [String]?, count: Int)
    /// A message of ours is stored, under this id.
    case acknowledgement(ref: String, id: String?)
    case failure(Failure)
    /// A frame of a later version.
    case other(type: String)

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
}

extension ServerEvent: Decodable {
    private enum Key: String, CodingKey {
        case type, messages, content, users, count, ref
        case id = "_id"
        case userID = "user_id"
        case onlineUsers = "online_users"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let type = try fields.decode(String.self, forKey: .type)
        switch type {
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
