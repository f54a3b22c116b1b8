package import BSON
package import Chat

extension ClientFrame {
    /// What is to be done.
    package enum Command: Hashable, Sendable {
        case message(NewMessage)
        case typing(Bool)
        /// Enters the frame's room; with a cursor, from where the client was.
        case join(cursor: String?)
        case leave
        /// A page of messages older than `before`; `limit` is within `PageLimit.range`, nil where none was given.
        case history(before: ObjectID?, limit: Int?)
        /// A new token for an open socket.
        case auth(token: String)
        case ping
        /// `mentions`: as in a message.
        case edit(ObjectID, content: String, mentions: [String])
        /// `reason`: of a moderator's.
        case delete(ObjectID, reason: String?)
        case reaction(ObjectID, Reaction, isAdded: Bool)
        case pin(ObjectID, isAdded: Bool)
        /// How the user wants to be seen.
        case status(UserStatus)
        /// The user has read up to this number.
        case read(seq: Int64)
        case moderate(Moderation)
        /// Tells the moderators of a message.
        case report(ObjectID, reason: String)
    }

    /// A message as it was sent. Whether its content and its `client_id` will do is for `MessageDraft` to say.
    package struct NewMessage: Hashable, Sendable {
        package var content: String
        package var clientID: String?
        package var threadID: ObjectID?
        package var replyTo: ObjectID?
        /// User ids, at most ``maximumMentions``.
        package var mentions: [String] = []

        package static let maximumMentions = 100
    }
}

extension ClientFrame.Command {
    /// The `type` of a frame.
    private enum Kind: String {
        case message, typing, join, leave, history, auth, ping, edit, delete, reaction, pin, read, status
        case moderate, report

        var isBasic: Bool {
            switch self {
            case .message, .typing: true
            case .join, .leave, .history, .auth, .ping, .edit, .delete, .reaction, .pin, .read, .status, .moderate,
                .report:
                false
            }
        }
    }

    /// - Parameter references: checked.
    init(
        _ fields: borrowing ClientFrameFields, _ references: ClientFrameReferences, _ dialect: Dialect
    ) throws(ChatError) {
        switch try Self.kind(fields, dialect) {
        case .message: self = .message(try ClientFrame.NewMessage(fields, references, dialect))
        case .typing: self = .typing(try fields.flag("typing"))
        case .join: self = .join(cursor: try fields.optionalText("cursor"))
        case .leave: self = .leave
        case .history:
            self = .history(before: try fields.optionalID("before_id"), limit: try fields.optionalLimit("limit"))
        case .auth: self = .auth(token: try fields.text("token"))
        case .ping: self = .ping
        case .edit:
            self = .edit(
                try fields.messageID(), content: try fields.text("content"),
                mentions: try fields.optionalTexts("mentions", upTo: ClientFrame.NewMessage.maximumMentions))
        case .delete: self = .delete(try fields.messageID(), reason: try fields.optionalReason())
        case .reaction:
            self = .reaction(
                try fields.messageID(), try Reaction(fields.text("reaction")), isAdded: try fields.isAddition())
        case .pin: self = .pin(try fields.messageID(), isAdded: try fields.isAddition())
        case .status: self = .status(try fields.status(now: .now))
        case .moderate: self = .moderate(try ClientFrame.Moderation(fields))
        case .report: self = .report(try fields.messageID(), reason: try fields.text("reason"))
        case .read: self = .read(seq: try fields.number("seq", in: 0...Int64(1 << 53)))
        }
    }

    /// A missing type means a message.
    private static func kind(
        _ fields: borrowing ClientFrameFields, _ dialect: Dialect
    ) throws(ChatError) -> Kind {
        guard let type = try fields.optionalText("type") else { return .message }
        guard let kind = Kind(rawValue: type) else {
            throw .badRequest("unknown type \"\(String(String.UnicodeScalarView(type.unicodeScalars.prefix(32))))\"")
        }
        guard dialect == .second || kind.isBasic else {
            throw .badRequest("type \"\(kind.rawValue)\" needs the subprotocol chat.v2")
        }
        return kind
    }
}

extension ClientFrameFields {
    /// `status`, `text`, `emoji` and `expires_at`.
    borrowing func status(now: Timestamp) throws(ChatError) -> UserStatus {
        try UserStatus(
            status: text("status"), text: optionalText("text"), emoji: optionalText("emoji"),
            expiresAt: optionalText("expires_at"), now: now)
    }

    fileprivate borrowing func messageID() throws(ChatError) -> ObjectID {
        guard let id = try optionalID("message_id") else { throw .badRequest("message_id is missing") }
        return id
    }

    /// `op`: `add` or `remove`.
    fileprivate borrowing func isAddition() throws(ChatError) -> Bool {
        switch try text("op") {
        case "add": true
        case "remove": false
        default: throw .badRequest("op is add or remove")
        }
    }
}

extension ClientFrame.NewMessage {
    fileprivate init(
        _ fields: borrowing ClientFrameFields, _ references: ClientFrameReferences, _ dialect: Dialect
    ) throws(ChatError) {
        let content = try fields.text("content")
        guard dialect == .second else {
            self.init(content: content, clientID: references.clientID)
            return
        }
        self.init(
            content: content, clientID: references.clientID,
            threadID: try fields.optionalID("thread_id"), replyTo: try fields.optionalID("reply_to"),
            mentions: try fields.optionalTexts("mentions", upTo: Self.maximumMentions))
    }
}
