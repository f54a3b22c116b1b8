import BSON
import Chat
import NIOCore

/// From where a socket wants a room's messages.
enum ResumePoint: Hashable, Sendable {
    /// The newest messages, as one who comes for the first time.
    case newest
    /// All behind the cursor. Second dialect.
    case cursor(Cursor)
    /// All behind this message. Basic dialect.
    case after(ObjectID)
}

/// What a room answers to a socket that comes.
enum Arrival: Sendable {
    case welcome(Welcome)
    /// This must be in memory first.
    case needs(Missed)
    /// The room's order was lost; it is loaded anew for who comes again.
    case ended
}

/// What of a room's past one who comes back needs, from a number on.
enum Missed: Hashable, Sendable {
    case messages(from: Int64)
    case changes(from: Int64)
}

/// What a socket gets when it joins a room, as whole frames, and from where the live frames go on.
struct Welcome: Sendable {
    var frames: ByteBuffer
    /// The room's position (`LiveRoom.State.position`) that `frames` bring the socket to.
    var position: Int64
    /// Where the room is.
    var cursor: Cursor
}

/// A page of history as it goes to a client.
struct HistoryPage: Sendable {
    /// Messages as JSON, oldest first.
    var messages: [ByteBuffer]
    var nextBeforeID: ObjectID?
    var nextAfterID: ObjectID?

    init(messages: [ByteBuffer], nextBeforeID: ObjectID?) {
        self.messages = messages
        self.nextBeforeID = nextBeforeID
    }
}
