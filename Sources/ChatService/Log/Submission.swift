import BSON
package import Chat

/// A message on its way into a room's log.
package struct Submission: Sendable {
    package let draft: MessageDraft
    package let ticket: SendTicket
    /// Groups what one connection sends, so that nothing overtakes what was refused before it.
    package let sender: UInt64
    /// Whether the sender sends it again, under the same `client_id`, when it is refused for the moment.
    package let resends: Bool
    /// Where the room's log was last noted to end.
    package let hint: Int64
    /// When the sender is told `unavailable`.
    package let deadline: ContinuousClock.Instant

    /// Its place among all that the lane is given; set by the lane's mailbox.
    var order: UInt64 = 0
    /// The ids under which it was written and may have been stored.
    var attempts: [ObjectID] = []
    /// Whether a message with this `client_id` may be stored already: it is looked up before it is written.
    var mayBeStored = false

    package init(
        draft: MessageDraft, ticket: SendTicket, sender: UInt64, resends: Bool = false, hint: Int64 = 0,
        deadline: ContinuousClock.Instant
    ) {
        self.draft = draft
        self.ticket = ticket
        self.sender = sender
        self.resends = resends
        self.hint = hint
        self.deadline = deadline
    }

    var key: ClientKey { ClientKey(userID: draft.author.id, clientID: draft.clientID) }

    var place: SenderInRoom { SenderInRoom(sender: sender, room: draft.roomID) }

    /// What its refusal for the moment means for what the sender sent after it; nil when he does not send it again.
    var interruption: Interruption? { resends ? Interruption(place: place, key: key, order: order) : nil }
}

extension MessageDraft {
    /// About what the stored document takes, for the size of a batch.
    var estimatedBytes: Int { 256 + content.utf8.count + clientID.utf8.count }
}
