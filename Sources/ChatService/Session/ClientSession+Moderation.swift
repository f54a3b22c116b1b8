import BSON
import Chat

// What moderators do, and what they are told.
extension ClientSession {
    func moderate(_ moderation: ClientFrame.Moderation, _ frame: ClientFrame) throws(ChatError) {
        let room = try seat(for: frame).id
        let (rooms, identity) = (services.rooms, identity)
        try request { () async throws(ChatError) in
            try await rooms.moderate(moderation, in: room, by: identity)
        } outcome: { result in
            self.answer(result, to: frame)
        }
    }

    func report(_ message: ObjectID, _ reason: String, _ frame: ClientFrame) throws(ChatError) {
        let room = try seat(for: frame).id
        let (rooms, identity) = (services.rooms, identity)
        try request { () async throws(ChatError) in
            _ = try await rooms.report(message, in: room, reason: reason, by: identity)
        } outcome: { result in
            self.answer(result, to: frame)
        }
    }

    private func answer(_ result: Result<Void, ChatError>, to frame: ClientFrame) {
        switch result {
        case .success: if let ref = frame.ref { answer(.done(ref: ref), to: frame) }
        case .failure(let error): answer(.error(error, ref: frame.ref), to: frame)
        }
    }
}
