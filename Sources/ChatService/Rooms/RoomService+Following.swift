import Auth
import BSON
import Chat
import WebSocket

// What happened elsewhere.
extension RoomService {
    /// Takes over what other processes did to a room that somebody looks at here.
    ///
    /// - Parameter revision: the room's, as it is stored.
    func follow(_ live: LiveRoom, revision: Int64) async throws(ChatError) {
        guard let mine = live.access.room?.revision, revision > mine, admission.rooms.live(live.id) === live else {
            return
        }
        let handle = try await admission.openExisting(live.id)
        try await handle.live.access.gate.exclusive { () async throws(ChatError) in
            guard handle.room.revision < revision else { return }
            try await refresh(handle)
        }
    }

    /// Learns of tokens that were revoked, and ends the sockets that came with them.
    func takeRevocations() async throws(ChatError) {
        for (user, before) in admission.revoked.take(try await store.revocations()) {
            admission.sessions.end(user, issuedBefore: before, .badToken)
        }
        for (user, at) in try await store.disconnections() {
            admission.sessions.end(user, openedBefore: at, .serviceError)
        }
    }

    /// Voids all tokens that a user has by now, and ends his sockets.
    func revokeTokens(of user: UserID, by identity: Identity) async throws(ChatError) {
        try await store.revoke(user, before: .now)
        try await store.record(
            AuditEntry(
                id: ids.next(), room: nil, actor: identity.userID, target: user, action: "revoke_tokens", at: .now))
        try await takeRevocations()
    }

    /// Ends a user's sockets; he may come back. Those of other processes follow with their next look.
    ///
    /// - Returns: how many of this process.
    func disconnect(_ user: UserID, by identity: Identity) async throws(ChatError) -> Int {
        try await store.record(
            AuditEntry(
                id: ids.next(), room: nil, actor: identity.userID, target: user, action: "disconnect", at: .now))
        try await store.disconnect(user, at: .now)
        return admission.sessions.end(user, .serviceError)
    }
}
