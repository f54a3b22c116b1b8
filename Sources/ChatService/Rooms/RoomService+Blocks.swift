import Chat

// Users who do not want to hear of others.
extension RoomService {
    func block(_ other: UserID, by user: UserID) async throws(ChatError) {
        try await store.block(other, by: user)
        try await noteBlocks(between: user, other)
    }

    func unblock(_ other: UserID, by user: UserID) async throws(ChatError) {
        try await store.unblock(other, by: user)
        try await noteBlocks(between: user, other)
    }

    /// The direct room of the two, if there is one, learns of it: counted as an act, so that other processes do, too.
    private func noteBlocks(between user: UserID, _ other: UserID) async throws(ChatError) {
        let id = RoomID.direct(user, other)
        guard try await admission.store.room(id) != nil else { return }
        let handle = try await admission.openExisting(id)
        try await handle.live.access.gate.exclusive { () async throws(ChatError) in
            for _ in 0..<Self.attempts {
                guard let revision = try await store.commit([], in: id, revision: handle.room.revision) else {
                    try await refresh(handle)
                    continue
                }
                var room = handle.room
                room.revision = revision
                _ = handle.live.access.apply(room: room, standings: [:], expelled: [])
                return try await admission.learnBlocks(handle, anew: true)
            }
            throw Self.tooBusy
        }
    }
}
