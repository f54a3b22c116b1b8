import BSON
import Chat
import ChatLog
import Hub
import NIOCore

// What is said, and what becomes of it later.
extension ClientSession {
    func submit(_ message: ClientFrame.NewMessage, in seat: RoomSeat, ref: String?) throws(ChatError) {
        do throws(ChatError) {
            try take(message, in: seat, ref: ref)
        } catch {
            gaveUp(message, in: seat.id, error)
            throw error
        }
    }

    private func take(_ message: ClientFrame.NewMessage, in seat: RoomSeat, ref: String?) throws(ChatError) {
        guard !isQuiescing else { throw .unavailable("the service is stopping") }
        let references = MessageReferences(replyTo: message.replyTo, threadID: message.threadID)
        let candidates = try MentionCandidates(content: message.content, listed: message.mentions)
        guard references.isEmpty, !candidates.namesSomebody, heldMessages.isEmpty, !isLookingUp else {
            return try hold(
                HeldMessage(
                    content: .message(message), references: references, candidates: candidates, seat: seat, ref: ref))
        }
        try submit(message, references, Mentions(everyone: candidates.everyone), in: seat, ref: ref)
    }

    /// - Parameter references: checked.
    func submit(
        _ message: ClientFrame.NewMessage, _ references: MessageReferences, _ mentions: Mentions, in seat: RoomSeat,
        ref: String?
    ) throws(ChatError) {
        guard let link else { return }
        let room = seat.id
        let admitted = try services.conversation.admit(
            message, references, mentions, by: author, in: seat.handle.live, isTrusted: isTrusted)
        unsettled += 1
        let eventLoop = link.eventLoop
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        services.conversation.send(
            admitted, sender: link.outlet.id, resends: message.clientID != nil, in: seat.handle.room,
            starting: { eventLoop.execute($0) }
        ) { result in
            eventLoop.execute { session.value.settled(result, of: room, ref: ref) }
        }
    }

    /// A message that is refused for good does not come again: what was sent after it waits for it no longer.
    func gaveUp(_ message: ClientFrame.NewMessage, in room: RoomID, _ error: ChatError) {
        guard let link, let id = message.clientID, !error.isTemporary else { return }
        services.conversation.log.gaveUp(
            ClientKey(userID: author.id, clientID: id), at: SenderInRoom(sender: link.outlet.id, room: room))
    }

    /// What the message refers to could not be looked up.
    func refuse(_ held: HeldMessage, _ error: ChatError) {
        let room = held.seat.id
        // Without an id of its own it cannot come again.
        if let link, case .message(let message) = held.content, let id = message.clientID, error.code == .unavailable {
            services.conversation.log.refused(
                ClientKey(userID: author.id, clientID: id), at: SenderInRoom(sender: link.outlet.id, room: room))
        }
        send(.error(error, ref: held.ref), room: room)
    }

    private func settled(_ result: Result<Acknowledgement, ChatError>, of room: RoomID, ref: String?) {
        switch result {
        case .success(let acknowledgement):
            if let ref { send(.acknowledgement(acknowledgement, ref: ref), room: room) }
            if !acknowledgement.isDuplicate { services.reading.sent(room, author.id, acknowledgement.seq) }
        case .failure(let error):
            send(.error(error, ref: ref), room: room)
        }
        settledOne()
    }

    private func settledOne() {
        unsettled -= 1
        if isQuiescing { closeIfSettled() }
    }

    /// Changes a message that is there.
    ///
    /// - Parameter reason: of a moderator who does so.
    func change(
        _ id: ObjectID, _ action: ChangeDraft.Action, reason: String? = nil, _ frame: ClientFrame
    ) throws(ChatError) {
        guard let link else { return }
        guard !isQuiescing else { throw .unavailable("the service is stopping") }
        let room = try seat(for: frame).handle.live
        var action = action
        if case .edit(let content, let mentions) = action {
            action = .edit(content: content, mentions: try room.permitted(mentions, by: author.id))
        }
        let eventLoop = link.eventLoop
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        try services.conversation.change(id, in: room, by: identity, reason: reason, action) { result in
            eventLoop.execute {
                let session = session.value
                switch result {
                case .success(let applied):
                    if let ref = frame.ref { session.answer(.done(ref: ref), to: frame) }
                    if let applied { room.announceNewMentions(of: applied) }
                case .failure(let error): session.answer(.error(error, ref: frame.ref), to: frame)
                }
                session.settledOne()
            }
        }
        unsettled += 1
    }
}
