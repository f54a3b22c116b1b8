import Chat
import NIOCore

extension ClientSession {
    /// The user says how he wants to be seen, as over REST.
    func setStatus(_ status: UserStatus, _ frame: ClientFrame) throws(ChatError) {
        let (people, author) = (services.people, author)
        try request { () async throws(ChatError) in
            try await people.set(status, of: author)
        } outcome: { result in
            switch result {
            case .success: if let ref = frame.ref { self.answer(.done(ref: ref), to: frame) }
            case .failure(let error): self.answer(.error(error, ref: frame.ref), to: frame)
            }
        }
    }

    /// Something came that a person does.
    func noteActivity(_ frame: ClientFrame, at time: NIODeadline) {
        if case .ping = frame.command { return }
        lastActive = time
        guard isIdle else { return }
        isIdle = false
        services.people.active(author.id)
    }

    func checkIdleness(now: NIODeadline) {
        isIdle = services.people.visit(author.id, lastActive: lastActive, now: now)
    }
}
