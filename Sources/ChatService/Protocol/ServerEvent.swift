package import BSON
package import Chat
package import ChatLog
package import NIOCore

/// What the server tells a client, and how each dialect spells it.
package enum ServerEvent {
    // To everyone in a room.
    case message(Message)
    case system(Notice)
    /// Who is typing now.
    case typing([UserID])
    /// Who is in the room; `users` is nil where only the count is told.
    case presence(users: [UserID]?, count: Int)
    /// Who came to the room and who left it. Second dialect only.
    case presenceDiff(joined: [UserID], left: [UserID], count: Int, isPartial: Bool)

    /// A message changed: as it is now. Second dialect and events only.
    case messageUpdated(Change, message: ByteBuffer)
    /// Somebody gave a reaction or took it back. Events only.
    case reaction(Change)
    /// Something happened to the room or its people. Second dialect and events only.
    case room(RoomEvent)

    /// A user has read up to a message. Second dialect and events only.
    case read(UserID, seq: Int64)

    /// A message mentions the user. To all of his sockets; second dialect and events only.
    case mention(message: ByteBuffer)

    /// How a user is seen now. Second dialect and events only.
    case status(UserID, ShownStatus)

    // To one socket.
    /// Messages, each as JSON already, oldest first.
    case history(HistoryFrame)
    /// The answer to a message that came with a `client_id`.
    case acknowledgement(Acknowledgement, ref: String)
    case error(ChatError, ref: String?)

    // To one socket, in the second dialect only.
    case hello(Hello)
    /// The room's text for those who come for the first time.
    case welcome(String)
    /// The answer to a frame that has no other.
    case done(ref: String)
    /// All that was missed has been sent.
    case resumed(from: Int64, to: Int64, count: Int, changed: Int)
    /// Of a resume: a message that changed while the client was away, as it is now.
    case changedMeanwhile(message: ByteBuffer)
    /// What was missed cannot be sent: the client begins anew, from the `history` that follows.
    case resync(Resync)
    case authenticationExpiring(Timestamp)
    case pong(ref: String?)
    case closing(code: UInt16, retryAfterMilliseconds: Int64?)

    /// A notice that a person joined or left, and so many others with him.
    package struct Notice: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case joined, left
        }

        package var kind: Kind
        package var user: UserID
        package var others = 0
        package var timestamp: Timestamp

        var content: String {
            switch others {
            case 0: "User \(user) \(kind.rawValue) the chat"
            case 1: "User \(user) and 1 other \(kind.rawValue) the chat"
            default: "User \(user) and \(others) others \(kind.rawValue) the chat"
            }
        }
    }

    package struct HistoryFrame: Sendable {
        package var messages: [ByteBuffer]
        /// Whether there are messages between the ones that the client named and these. Basic dialect's `after_id`.
        package var hasGap = false
        /// Of an answer to a `history` frame.
        package var answer: (ref: String?, nextBeforeID: ObjectID?)?

        package init(_ messages: [ByteBuffer]) { self.messages = messages }
    }

    package struct Hello: Sendable {
        package var connectionID: UInt64
        package var user: UserID
        package var heartbeatMilliseconds: Int64
        package var maximumFrameBytes: Int
        package var maximumRooms: Int
        package var expiresAt: Timestamp?
    }

    /// Why a cursor cannot be followed. Open: later versions may add some.
    package struct Resync: Hashable, Sendable {
        package var reason: String

        /// The room's order was lost, such as after a restored backup.
        package static let epoch = Resync(reason: "epoch")
        /// The cursor lies behind what the room has.
        package static let ahead = Resync(reason: "ahead")
        /// What was missed is no longer kept.
        package static let expired = Resync(reason: "expired")
        /// More was missed than is replayed.
        package static let tooFar = Resync(reason: "too_far")
    }

    package var type: String {
        switch self {
        case .message: "message"
        case .system: "system"
        case .typing: "typing"
        case .presence: "presence"
        case .presenceDiff: "presence_diff"
        case .messageUpdated, .changedMeanwhile: "message_updated"
        case .reaction: "reaction"
        case .read: "read"
        case .room(let event): event.type
        case .mention: "mention"
        case .status: "status"
        case .history: "history"
        case .acknowledgement, .done: "ack"
        case .error: "error"
        case .hello: "hello"
        case .welcome: "welcome"
        case .resumed: "resumed"
        case .resync: "resync"
        case .authenticationExpiring: "auth_expiring"
        case .pong: "pong"
        case .closing: "closing"
        }
    }

    /// One flat object: `{"type": …, …}`.
    ///
    /// - Parameters:
    ///   - room: what the frame is about, where the dialect says so and the fields do not.
    ///   - cursor: where the client is once it has this frame.
    package func writeFrame(to json: inout JSONWriter, room: RoomID? = nil, cursor: String? = nil) {
        json.beginObject()
        json.field("type", type)
        if let room, !namesRoom { json.field("room_id", room.rawValue) }
        writeFields(to: &json)
        if let cursor { json.field("cursor", cursor) }
        json.endObject()
    }

    /// The form of the events socket: `{"type": …, "data": {…}}`.
    package func writeEvent(to json: inout JSONWriter) {
        json.beginObject()
        json.field("type", type)
        json.object("data") { writeFields(to: &$0) }
        json.endObject()
    }

    private var namesRoom: Bool {
        if case .message = self { true } else { false }
    }
}
