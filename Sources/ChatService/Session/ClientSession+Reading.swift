import Chat

extension ClientSession {
    /// How many `read` frames wait for one that looks up how far the user was.
    private static let maximumWaitingReads = 200

    /// The user has read up to a message. Takes no part in the order of what is sent.
    func read(to seq: Int64, _ frame: ClientFrame) throws(ChatError) {
        let handle = try seat(for: frame).handle
        guard seq <= handle.live.delivered ?? 0 else {
            throw .badRequest("seq is beyond the room's last message")
        }
        let room = handle.live.id
        switch services.reading.read(room, author.id, to: seq) {
        case .unknown:
            try learnPosition(in: handle, frame, seq)
        case .moved:
            let isShared =
                handle.room.sharesReceipts && services.reading.shares(author.id) && !services.people.hides(author.id)
            handle.live.noteRead(author.id, seq, isShared: isShared)
            services.conversation.relay.send(
                ReadSignal(room: room, user: author.id, seq: seq, isShared: isShared))
            acknowledge(frame)
        case .same:
            acknowledge(frame)
        case .behind(let position):
            throw .badRequest("seq is behind what is read already (\(position))")
        case .full:
            throw .unavailable("too much waits for the database")
        }
    }

    private func learnPosition(in handle: RoomHandle, _ frame: ClientFrame, _ seq: Int64) throws(ChatError) {
        let room = handle.live.id
        guard waitingReads[room] == nil else {
            guard waitingReads[room, default: []].count < Self.maximumWaitingReads else {
                throw .rateLimited("too many requests are under way", retryAfterMilliseconds: 1_000)
            }
            waitingReads[room]?.append((frame, seq))
            return
        }
        let (reading, user) = (services.reading, author.id)
        try request { () async throws(ChatError) in
            try await reading.learn(room, user)
        } outcome: { result in
            for (frame, seq) in self.waitingReads.removeValue(forKey: room) ?? [] {
                do throws(ChatError) {
                    try result.get()
                    try self.read(to: seq, frame)
                } catch {
                    self.answer(.error(error, ref: frame.ref), to: frame)
                }
            }
        }
        waitingReads[room] = [(frame, seq)]
    }

    private func acknowledge(_ frame: ClientFrame) {
        if let ref = frame.ref { answer(.done(ref: ref), to: frame) }
    }
}
