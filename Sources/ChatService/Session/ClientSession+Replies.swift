import BSON
import Chat
import DequeModule

// Messages that refer to others. These are looked up first, and what the client sends meanwhile waits behind them, so that
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
            if let known = held.seat.handle.live.messages(held.references.ids) {
                finish(held, known)
                continue
            }
            isLookingUp = true
            let (store, ids) = (services.admission.store, held.references.ids)
            services.perform { () async throws(ChatError) in
                try await store.messages(ids: ids)
            } outcome: { result in
                self.isLookingUp = false
                switch result {
                case .success(let messages): self.finish(held, messages)
                case .failure(let error): self.send(.error(error, ref: held.ref), room: held.seat.id)
                }
                self.sendHeld()
            }
            return
        }
    }

    private func finish(_ held: HeldMessage, _ messages: [ObjectID: Message]) {
        do throws(ChatError) {
            try held.references.check(in: held.seat.id, messages)
            try submit(held.message, held.references, in: held.seat, ref: held.ref)
        } catch {
            send(.error(error, ref: held.ref), room: held.seat.id)
        }
    }
}
