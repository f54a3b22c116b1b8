import BSON
package import Chat
package import NIOCore

extension ServerEvent {
    func writeFields(to json: inout JSONWriter) {
        switch self {
        case .message(let message):
            message.writeFields(to: &json)
        case .system(let notice):
            json.field("content", notice.content)
            json.field("user_id", notice.user.rawValue)
            json.field("timestamp", notice.timestamp)
            if notice.others > 0 { json.field("others", notice.others) }
        case .typing(let users):
            json.field("users", users)
        case .presence(let users, let count):
            if let users { json.field("online_users", users) }
            json.field("count", count)
        case .presenceDiff(let joined, let left, let count, let isPartial):
            json.field("joined", joined)
            json.field("left", left)
            json.field("count", count)
            if isPartial { json.field("partial", true) }
        case .messageUpdated(let change, let message):
            json.field("change", change.kind.rawValue)
            json.field("user_id", change.userID.rawValue)
            json.key("message")
            json.raw(message)
        case .reaction(let change):
            json.field("message_id", change.messageID)
            json.field("user_id", change.userID.rawValue)
            json.field("reaction", change.reaction?.text ?? "")
            json.field("op", change.isAdded == false ? "remove" : "add")
        case .read(let user, let seq):
            json.field("user_id", user.rawValue)
            json.field("seq", seq)
        case .room(let event):
            event.writeFields(to: &json)
        case .mention(let message):
            json.key("message")
            json.raw(message)
        case .status(let user, let status):
            json.field("user_id", user.rawValue)
            status.writeFields(to: &json)
        case .changedMeanwhile(let message):
            json.field("change", "resumed")
            json.key("message")
            json.raw(message)
        case .history(let history):
            history.writeFields(to: &json)
        case .acknowledgement(let acknowledgement, let ref):
            json.field("ref", ref)
            acknowledgement.writeFields(to: &json)
        case .error(let error, let ref):
            if let ref { json.field("ref", ref) }
            error.writeFields(to: &json)
        case .hello(let hello):
            hello.writeFields(to: &json)
        case .welcome(let text):
            json.field("content", text)
        case .done(let ref):
            json.field("ref", ref)
        case .resumed(let from, let to, let count, let changed):
            json.field("from", from)
            json.field("to", to)
            json.field("count", count)
            json.field("changed", changed)
        case .resync(let resync):
            json.field("reason", resync.reason)
        case .authenticationExpiring(let time):
            json.field("expires_at", time)
        case .pong(let ref):
            if let ref { json.field("ref", ref) }
        case .closing(let code, let retryAfter):
            json.field("code", Int64(code))
            if let retryAfter { json.field("retry_after_ms", retryAfter) }
        }
    }
}

extension ServerEvent.HistoryFrame {
    fileprivate func writeFields(to json: inout JSONWriter) {
        if let ref = answer?.ref { json.field("ref", ref) }
        json.array("messages") { json in
            for message in messages { json.raw(message) }
        }
        if hasGap { json.field("gap", true) }
        guard let answer else { return }
        json.key("next_before_id")
        if let id = answer.nextBeforeID { json.id(id) } else { json.null() }
    }
}

extension ServerEvent.Hello {
    fileprivate func writeFields(to json: inout JSONWriter) {
        json.field("connection_id", String(connectionID, radix: 36))
        json.field("user_id", user.rawValue)
        json.field("heartbeat_ms", heartbeatMilliseconds)
        json.object("limits") { json in
            json.field("content_characters", MessageDraft.contentLength.upperBound)
            json.field("frame_bytes", maximumFrameBytes)
            json.field("rooms", maximumRooms)
        }
        if let expiresAt { json.field("expires_at", expiresAt) }
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ key: StaticString, _ users: [UserID]) {
        array(key) { json in
            for user in users { json.string(user.rawValue) }
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
        details?.writeFields(to: &json)
    }

    /// The message as one JSON object, the same in the `message` frame, in `history` and over REST.
    package func json() -> ByteBuffer {
        var json = JSONWriter(ByteBuffer(bytes: []))
        ServerEvent.message(self).writeFrame(to: &json)
        return json.buffer
    }
}

extension MessageDetails {
    fileprivate func writeFields(to json: inout JSONWriter) {
        if !mentions.isEmpty { json.field("mentions", mentions) }
        if let everyone { json.field("mentions_everyone", everyone.rawValue) }
        if let replyTo { json.field("reply_to", replyTo) }
        if let threadID { json.field("thread_id", threadID) }
        if let thread {
            json.object("thread") { json in
                json.field("reply_count", thread.replyCount)
                json.field("last_reply_at", thread.lastReplyAt)
                json.field("participants", thread.participants)
            }
        }
        if !reactions.isEmpty {
            json.array("reactions") { json in
                for reaction in reactions {
                    json.beginObject()
                    json.field("reaction", reaction.reaction.text)
                    json.field("count", reaction.count)
                    json.field("users", reaction.users)
                    json.endObject()
                }
            }
        }
        if let editedAt { json.field("edited_at", editedAt) }
        if let deletedAt { json.field("deleted_at", deletedAt) }
        if let deletedBy { json.field("deleted_by", deletedBy.rawValue) }
        if let pinnedAt { json.field("pinned_at", pinnedAt) }
        if let pinnedBy { json.field("pinned_by", pinnedBy.rawValue) }
    }
}

extension ChatError {
    /// `code`, `message` and `temporary`: the same in the `error` frame and in a REST body.
    package func writeFields(to json: inout JSONWriter) {
        json.field("code", code.rawValue)
        json.field("message", message)
        json.field("temporary", isTemporary)
        if let retryAfterMilliseconds { json.field("retry_after_ms", retryAfterMilliseconds) }
    }
}
