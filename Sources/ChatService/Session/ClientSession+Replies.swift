import BSON
import Chat
import DequeModule

// Messages that refer to others, or mention somebody. These are looked up first, and what the client sends meanwhile waits behind them, so that
// a sender's messages keep their order.
extension ClientSession {
    private static let maximumHeldMessages = 200

    func hold(_ held: HeldMessage) throws(ChatError) {
        guard heldMessages.count < Self.maximumHeldMessages else {
            throw .rateLimited("too many messages are under way", retryAfterMilliseconds: 1_000)
        }
        heldMessages.append(held)
        if !isLookingUp { sendHeld() }
    }

    /// Sends what can be sent, up to the next that must be looked up.
    private func sendHeld() {
        while let held = heldMessages.popFirst() {
            let (room, directory) = (held.seat.id, services.mentions)
            let messages = held.seat.handle.live.messages(held.references.ids)
            let mentions = directory.known(held.candidates, in: room)
            if let messages, let mentions {
                finish(held, messages, mentions)
                continue
            }
            isLookingUp = true
            let (store, ids, candidates) = (services.admission.store, held.references.ids, held.candidates)
            services.perform { () async throws(ChatError) in
                let found = if let messages { messages } else { try await store.messages(ids: ids) }
                return (found, try await directory.find(candidates, in: room))
            } outcome: { result in
                self.isLookingUp = false
                switch result {
                case .success((let messages, let mentions)): self.finish(held, messages, mentions)
                case .failure(let error): self.refuse(held, error)
                }
                self.sendHeld()
            }
            return
        }
    }

    private func finish(_ held: HeldMessage, _ messages: [ObjectID: Message], _ mentions: Mentions) {
        do throws(ChatError) {
            switch held.content {
            case .message(let message):
                try held.references.check(
                    in: held.seat.id, messages, from: held.seat.handle.live.access.firstVisible(to: author.id))
                try submit(message, held.references, mentions, in: held.seat, ref: held.ref)
            case .edit(let id, let content, let frame):
                try change(id, .edit(content: content, mentions: mentions), frame)
            }
        } catch {
            if case .message(let message) = held.content { gaveUp(message, in: held.seat.id, error) }
            send(.error(error, ref: held.ref), room: held.seat.id)
        }
    }

    /// Edits keep the order in which they were sent, among each other and with messages that wait.
    func edit(_ id: ObjectID, _ content: String, _ listed: [String], _ frame: ClientFrame) throws(ChatError) {
        try MessageDraft.check(content)
        let candidates = try MentionCandidates(content: content, listed: listed)
        guard !candidates.namesSomebody, heldMessages.isEmpty, !isLookingUp else {
            return try hold(
                HeldMessage(
                    content: .edit(id, content: content, frame), references: MessageReferences(),
                    candidates: candidates, seat: seat(for: frame), ref: frame.ref))
        }
        try change(id, .edit(content: content, mentions: Mentions(everyone: candidates.everyone)), frame)
    }
}
