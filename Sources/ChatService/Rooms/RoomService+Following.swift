import Auth
import BSON
import Chat
import WebSocket

// What happened elsewhere.
extension RoomService {
    /// Takes over what other processes did to the rooms that somebody looks at here.
    func followOthers() async throws(ChatError) {
        let known = admission.rooms.revisions()
        guard !known.isEmpty else { return }
        for (id, revision) in try await store.revisions(of: Array(known.keys)) {
            guard let mine = known[id], revision > mine, admission.rooms.live(id) != nil else { continue }
            let handle = try await admission.openExisting(id)
            try await handle.live.access.gate.exclusive { () async throws(ChatError) in
                guard handle.room.revision < revision else { return }
                try await refresh(handle)
            }
        }
    }

    /// Learns of tokens that were revoked, and ends the sockets that came with them.
    func takeRevocations() async throws(ChatError) {
        for (user, before) in admission.revoked.take(try await store.revocations()) {
            admission.sessions.end(user, issuedBefore: before, .badToken)
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

    /// Ends a user's sockets; he may come back.
    func disconnect(_ user: UserID, by identity: Identity) async throws(ChatError) -> Int {
        try await store.record(
            AuditEntry(
                id: ids.next(), room: nil, actor: identity.userID, target: user, action: "disconnect", at: .now))
        return admission.sessions.end(user, .serviceError)
    }
}
