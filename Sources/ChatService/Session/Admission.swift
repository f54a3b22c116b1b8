import Auth
import Chat
import NIOCore

/// Who may come in: tells from a request who asks, and opens the room for him.
struct Admission: Sendable {
    /// Whether a room that nobody used yet is made by the first who comes.
    let createsRooms: Bool
    let verifier: TokenVerifier
    let extractor: CredentialExtractor
    let store: any ChatStore
    let rooms: RoomRegistry
    let health: ServiceHealth

    /// - Parameters: the values of the headers of these names, and the query as it came.
    /// - Throws: `unauthorized`.
    func identify(
        authorization: [String], subprotocols: [String], query: String?
    ) throws(ChatError) -> (identity: Identity, subprotocol: String?) {
        let credential: Credential
        do throws(AuthError) {
            credential = try extractor.extract(
                authorization: authorization, subprotocols: subprotocols, query: query)
        } catch {
            throw .unauthorized(error.message)
        }
        return (try identity(of: credential.token), credential.subprotocol)
    }

    /// Whom a token speaks for.
    ///
    /// - Throws: `unauthorized`.
    func identity(of token: String) throws(ChatError) -> Identity {
        do throws(AuthError) {
            return try verifier.verify(token)
        } catch {
            throw .unauthorized(error.message)
        }
    }

    /// The room, in memory, with the user as its member.
    ///
    /// - Throws: `not_found`, `forbidden`, `unavailable`.
    func enter(_ id: RoomID, as author: Author) async throws(ChatError) -> RoomHandle {
        let handle = try await open(id, for: author.id)
        guard !handle.live.isKnownMember(author) else { return handle }
        let lastSeq = handle.live.delivered ?? 0
        try await store.join(handle.room, author: author, lastSeq: lastSeq)
        handle.live.rememberMember(author)
        return handle
    }

    /// The room, in memory, for one who only listens.
    func listen(to id: RoomID, as user: UserID) async throws(ChatError) -> RoomHandle {
        try await open(id, for: user)
    }

    private func open(_ id: RoomID, for user: UserID) async throws(ChatError) -> RoomHandle {
        try health.requireReady()
        let handle = try await rooms.open(id) { [store, createsRooms] () async throws(ChatError) in
            if createsRooms { return try await store.roomCreatingIfMissing(id, by: user) }
            guard let room = try await store.room(id) else { throw ChatError.notFound("there is no such room") }
            return room
        }
        try await requireAccess(handle.room, for: user)
        return handle
    }

    /// The room for reading, or nil when it is not there yet but anyone could make it.
    ///
    /// - Throws: `not_found`, `forbidden`, `unavailable`.
    func readable(_ id: RoomID, for user: UserID) async throws(ChatError) -> Room? {
        try health.requireReady()
        if let room = rooms.known(id) {
            try await requireAccess(room, for: user)
            return room
        }
        guard let room = try await store.room(id) else {
            guard createsRooms else { throw .notFound("there is no such room") }
            return nil
        }
        try await requireAccess(room, for: user)
        return room
    }

    /// A public room is everyone's; any other only its members'.
    private func requireAccess(_ room: Room, for user: UserID) async throws(ChatError) {
        guard room.visibility != .public else { return }
        guard try await store.isMember(user, of: room.id) else { throw .forbidden("this room is not open to you") }
    }
}
