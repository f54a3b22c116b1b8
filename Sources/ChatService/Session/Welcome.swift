import BSON
import NIOCore

/// What a socket gets when it joins a room, as whole frames, and from where the live frames go on.
struct Welcome: Sendable {
    var history: ByteBuffer
    /// The `seq` of the newest message in `history` or before it.
    var position: Int64
    /// For the newcomer alone; nil when the room is told anyway.
    var presence: ByteBuffer?
}

/// A page of history as it goes to a client.
struct HistoryPage: Sendable {
    /// Messages as JSON, oldest first.
    var messages: [ByteBuffer]
    var nextBeforeID: ObjectID?

    init(messages: [ByteBuffer], nextBeforeID: ObjectID?) {
        self.messages = messages
        self.nextBeforeID = nextBeforeID
    }
}
