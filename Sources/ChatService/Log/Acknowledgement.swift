package import BSON
package import Chat

/// What a sender is told once his message is stored.
package struct Acknowledgement: Hashable, Sendable {
    package var id: ObjectID
    package var seq: Int64
    package var timestamp: Timestamp
    /// Whether an earlier send with this `client_id` had stored it.
    package var isDuplicate: Bool

    package init(_ message: Message, isDuplicate: Bool) {
        self.id = message.id
        self.seq = message.seq
        self.timestamp = message.timestamp
        self.isDuplicate = isDuplicate
    }
}
