import BSON
package import Chat

/// A message on its way into a room's log.
package struct Submission: Sendable {
    package let draft: MessageDraft
    package let ticket: SendTicket
    /// Groups what one connection sends, so that nothing overtakes what was refused before it.
    package let sender: UInt64
    /// When the sender is told `unavailable`.
    package let deadline: ContinuousClock.Instant

    /// The ids under which it was written and may have been stored.
    var attempts: [ObjectID] = []
    /// Whether a message with this `client_id` may be stored already: it is looked up before it is written.
    var mayBeStored = false

    package init(
        draft: MessageDraft, ticket: SendTicket, sender: UInt64, deadline: ContinuousClock.Instant
    ) {
        self.draft = draft
        self.ticket = ticket
        self.sender = sender
        self.deadline = deadline
    }

    var key: ClientKey { ClientKey(userID: draft.author.id, clientID: draft.clientID) }

    /// About what the stored document takes, for the size of a batch.
    var estimatedBytes: Int { 256 + draft.content.utf8.count + draft.clientID.utf8.count }
}

/// What identifies a message for its sender, within one room.
package struct ClientKey: Hashable, Sendable {
    package let userID: UserID
    package let clientID: String

    package init(userID: UserID, clientID: String) {
        self.userID = userID
        self.clientID = clientID
    }

    // By bytes, as the unique index compares, not by Unicode's canonical equivalence as `String` does.
    package static func == (left: ClientKey, right: ClientKey) -> Bool {
        left.userID == right.userID && left.clientID.utf8.elementsEqual(right.clientID.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(userID)
        var text = clientID
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
