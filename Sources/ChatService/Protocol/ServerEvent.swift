import BSON
package import Chat
package import ChatLog
package import NIOCore

/// What the server tells a client, and how each dialect spells it.
package enum ServerEvent {
    /// The newest messages, each as JSON already, oldest first.
    case history([ByteBuffer])
    case message(Message)
    /// Somebody came to the room or left it.
    case system(Notice)
    /// Who is typing now.
    case typing([UserID])
    /// Who is in the room; `users` is nil where only the count is told.
    case presence(users: [UserID]?, count: Int)
    /// The answer to a message that came with a `client_id`.
    case acknowledgement(Acknowledgement, ref: String)
    case error(ChatError, ref: String?)

    /// A notice that a person joined or left.
    package struct Notice: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case joined, left
        }

        package var kind: Kind
        package var user: UserID
        package var timestamp: Timestamp
    }

    package var type: String {
        switch self {
        case .history: "history"
        case .message: "message"
        case .system: "system"
        case .typing: "typing"
        case .presence: "presence"
        case .acknowledgement: "ack"
        case .error: "error"
        }
    }

    /// One flat object: `{"type": …, …}`.
    package func writeFrame(to json: inout JSONWriter) {
        json.beginObject()
        json.field("type", type)
        writeFields(to: &json)
        json.endObject()
    }

    /// The form of the events socket: `{"type": …, "data": {…}}`.
    package func writeEvent(to json: inout JSONWriter) {
        json.beginObject()
        json.field("type", type)
        json.object("data") { writeFields(to: &$0) }
        json.endObject()
    }

    private func writeFields(to json: inout JSONWriter) {
        switch self {
        case .history(let messages):
            json.array("messages") { json in
                for message in messages { json.raw(message) }
            }
        case .message(let message):
            message.writeFields(to: &json)
        case .system(let notice):
            json.field("content", "User \(notice.user) \(notice.kind.rawValue) the chat")
            json.field("user_id", notice.user.rawValue)
            json.field("timestamp", notice.timestamp)
        case .typing(let users):
            json.array("users") { json in
                for user in users { json.string(user.rawValue) }
            }
        case .presence(let users, let count):
            if let users {
                json.array("online_users") { json in
                    for user in users { json.string(user.rawValue) }
                }
            }
            json.field("count", count)
        case .acknowledgement(let acknowledgement, let ref):
            json.field("ref", ref)
            json.field("_id", acknowledgement.id)
            json.field("seq", acknowledgement.seq)
            json.field("timestamp", acknowledgement.timestamp)
            json.field("duplicate", acknowledgement.isDuplicate)
        case .error(let error, let ref):
            if let ref { json.field("ref", ref) }
            error.writeFields(to: &json)
        }
    }
}

extension Message {
    fileprivate func writeFields(to json: inout JSONWriter) {
        json.field("_id", id)
        json.field("room_id", roomID.rawValue)
        json.field("seq", seq)
        json.field("user_id", userID.rawValue)
        json.field("username", username)
        json.field("content", content)
        json.field("timestamp", timestamp)
    }

    /// The message as one JSON object, the same in the `message` frame, in `history` and over REST.
    package func json() -> ByteBuffer {
        var json = JSONWriter(ByteBuffer(bytes: []))
        ServerEvent.message(self).writeFrame(to: &json)
        return json.buffer
    }
}

extension ChatError {
    /// `code`, `message` and `temporary`: the same in the `error` frame and in a REST body.
    package func writeFields(to json: inout JSONWriter) {
        json.field("code", code.rawValue)
        json.field("message", message)
        json.field("temporary", isTemporary)
    }
}
