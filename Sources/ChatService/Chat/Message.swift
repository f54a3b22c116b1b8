package import BSON

/// A message as it is stored and shown.
package struct Message: Hashable, Sendable {
    package var id: ObjectID
    package var roomID: RoomID
    /// The place in its room: 1, 2, 3, … without holes.
    package var seq: Int64
    package var userID: UserID
    package var username: String
    package var content: String
    package var timestamp: Timestamp
    /// What makes a resent message the same message: unique per room and user.
    package var clientID: String
    /// Of what the client sent; nil on messages adopted from an older database.
    package var digest: MessageDigest?
    /// Nil on most.
    package var details: MessageDetails? {
        get { box?.details }
        set { box = newValue.map(DetailsBox.init) }
    }
    // Behind a reference, so that a message without them is small.
    private var box: DetailsBox?

    package init(
        id: ObjectID, roomID: RoomID, seq: Int64, userID: UserID, username: String, content: String,
        timestamp: Timestamp, clientID: String, digest: MessageDigest?, details: MessageDetails? = nil
    ) {
        self.id = id
        self.roomID = roomID
        self.seq = seq
        self.userID = userID
        self.username = username
        self.content = content
        self.timestamp = timestamp
        self.clientID = clientID
        self.digest = digest
        box = details.map(DetailsBox.init)
    }
}

private final class DetailsBox: Hashable, Sendable {
    let details: MessageDetails

    init(_ details: MessageDetails) { self.details = details }

    static func == (left: DetailsBox, right: DetailsBox) -> Bool { left.details == right.details }

    func hash(into hasher: inout Hasher) { hasher.combine(details) }
}
