import Auth
import Chat
import NIOCore

/// Who may come in: tells from a request who asks, and opens the room for him.
struct Admission: Sendable {
    /// Whether a room that nobody used yet is made by the first who comes.
    let createsRooms: Bool
    let verifier: TokenVerifier
    /// Tokens that count no longer, although they have not ended.
    let revoked = RevokedTokens()
    /// The open sockets of each user.
    let sessions = UserSessions()
    let extractor: CredentialExtractor
    let store: any ChatStore
    let roomStore: any RoomStore
    let joins: JoinWriter
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
        let identity: Identity
        do throws(AuthError) {
            identity = try verifier.verify(token)
        } catch {
            throw .unauthorized(error.message)
        }
        guard !revoked.covers(identity) else { throw .unauthorized("the token was revoked") }
        return identity
    }

    /// Whether `enter` needs nothing of the database.
    func knows(_ author: Author, in id: RoomID) -> Bool {
        rooms.known(id) != nil && rooms.live(id)?.access.isKnownMember(author) == true
    }

    /// The room, in memory, with the user as its member.
    ///
    /// - Throws: `not_found`, `gone`, `forbidden`, `banned`, `unavailable`.
    func enter(_ id: RoomID, as author: Author) async throws(ChatError) -> RoomHandle {
        let handle = try await open(id, for: author.id)
        let access = handle.live.access
        if access.isKnownMember(author) {
            try RoomRules.requireEntry(of: access.standing(of: author.id) ?? .visitor, in: handle.room, now: .now)
            return handle
        }
        let needsCount = handle.room.settings.maximumMembers > 0
        // Only where places are counted must one come after the other.
        if needsCount {
            try await access.gate.exclusive { () async throws(ChatError) in try await join(handle, author) }
        } else {
            try await access.gate.shared { () async throws(ChatError) in try await join(handle, author) }
        }
        return handle
    }

    /// How long after making a room, by looking at it, its maker becomes its owner by joining it: who never came has no
    /// claim on what others made of it.
    private static let ownerClaimMilliseconds: Int64 = 60_000

    private func join(_ handle: RoomHandle, _ author: Author) async throws(ChatError) {
        let (access, room) = (handle.live.access, handle.room)
        if room.kind == .direct { try await learnBlocks(handle) }
        var standing = access.standing(of: author.id)
        // The write itself tells where nothing but a ban can stand in the way.
        let isOpen = room.kind == .public && !room.isArchived && !room.isGone && room.settings.maximumMembers == 0
        if standing == nil, !isOpen { standing = try await self.standing(of: author.id, in: handle) }
        if let standing { try RoomRules.requireEntry(of: standing, in: room, now: .now) }
        if standing?.membership == nil { try await requirePlace(in: handle) }
        var mayOwn =
            room.createdBy == author.id && standing?.membership == nil
            && Timestamp.now.milliseconds - room.createdAt.milliseconds < Self.ownerClaimMilliseconds
        // Who handed it over does not get it back by coming again.
        if mayOwn { mayOwn = try await roomStore.members(of: room.id, roles: [.owner], limit: 1).isEmpty }
        let joined = try await joins.join(
            Newcomer(
                room: room.id, author: author, lastSeq: handle.live.delivered ?? 0,
                mayOwn: mayOwn, places: standing?.membership == nil ? room.settings.maximumMembers : 0))
        if joined.findsNoPlace {
            access.setMemberCount(nil)
            throw RoomRules.full
        }
        access.set(joined.standing, of: author.id, username: author.username)
        try RoomRules.requireEntry(of: joined.standing, in: room, now: .now)
        guard joined.isNew else { return }
        access.countMembers(1)
        access.oweWelcome(to: author.id)
    }

    /// Of a direct room: who of the two may not speak, as the other one has blocked him.
    func learnBlocks(_ handle: RoomHandle, anew: Bool = false) async throws(ChatError) {
        guard anew || !handle.live.access.knowsSilenced else { return }
        let people = try await roomStore.members(of: handle.live.id, roles: Set(Role.allCases), limit: 2)
        var silenced: Set<UserID> = []
        for (one, other) in zip(people, people.reversed()) where one != other {
            if try await roomStore.hasBlocked(other, one) { silenced.insert(one) }
        }
        handle.live.access.setSilenced(silenced)
    }

    /// - Throws: `forbidden` when the room has as many members as it may.
    func requirePlace(in handle: RoomHandle) async throws(ChatError) {
        let maximum = handle.room.settings.maximumMembers
        guard maximum > 0 else { return }
        let access = handle.live.access
        if access.memberCount == nil { access.setMemberCount(try await roomStore.memberCount(of: handle.live.id)) }
        guard (access.memberCount ?? 0) < maximum else { throw RoomRules.full }
    }

    /// The room, in memory, for one who only listens.
    func listen(to id: RoomID, as user: UserID) async throws(ChatError) -> RoomHandle {
        let handle = try await open(id, for: user)
        try await require(.read, of: user, in: handle)
        return handle
    }

    private func open(_ id: RoomID, for user: UserID) async throws(ChatError) -> RoomHandle {
        try await rooms(ready: id) { [store, createsRooms] () async throws(ChatError) in
            if createsRooms, !id.isReserved { return try await store.roomCreatingIfMissing(id, by: user) }
            guard let room = try await store.room(id) else { throw ChatError.notFound("there is no such room") }
            return room
        }
    }

    /// The room, in memory; not made when it is missing.
    ///
    /// - Throws: `not_found`, `unavailable`.
    func openExisting(_ id: RoomID) async throws(ChatError) -> RoomHandle {
        try await rooms(ready: id) { [store] () async throws(ChatError) in
            guard let room = try await store.room(id) else { throw ChatError.notFound("there is no such room") }
            return room
        }
    }

    private func rooms(
        ready id: RoomID, _ find: @escaping @Sendable () async throws(ChatError) -> Room
    ) async throws(ChatError) -> RoomHandle {
        try health.requireReady()
        return try await rooms.open(id, find)
    }

    /// The room as the user may see it, beginning where it does for him; nil when it is not there yet but anyone could make
    /// it.
    ///
    /// - Throws: `not_found`, `gone`, `forbidden`, `banned`, `unavailable`.
    func readable(_ id: RoomID, for user: UserID) async throws(ChatError) -> Room? {
        try health.requireReady()
        if rooms.known(id) != nil { return try await readableLive(id, for: user) }
        guard let room = try await store.room(id) else {
            guard createsRooms, !id.isReserved else { throw .notFound("there is no such room") }
            return nil
        }
        let standing = try await roomStore.standings(of: [user], in: id)[user] ?? .visitor
        try RoomRules.require(.read, of: RoomRules.Actor(standing), in: room, now: .now)
        // Where it begins for him lies near its end, which must then be known exactly.
        return room.settings.history == .all ? room : try await readableLive(id, for: user)
    }

    private func readableLive(_ id: RoomID, for user: UserID) async throws(ChatError) -> Room {
        let handle = try await openExisting(id)
        try await require(.read, of: user, in: handle)
        var room = handle.room
        room.firstSeq = handle.live.access.firstVisible(to: user)
        room.lastSeqHint = max(room.lastSeqHint, handle.live.delivered ?? 0)
        return room
    }

    /// - Throws: what the rules refuse with, `unavailable`.
    func require(
        _ permission: Permission, of user: UserID, isGlobalModerator: Bool = false, in handle: RoomHandle
    ) async throws(ChatError) {
        let access = handle.live.access
        let known = access.standing(of: user)
        if known == nil
            || known == .visitor && !access.allows(permission, to: user, isGlobalModerator: isGlobalModerator)
        {
            try await access.gate.shared { () async throws(ChatError) in
                _ = try await standing(of: user, in: handle)
            }
        }
        try access.require(permission, of: user, isGlobalModerator: isGlobalModerator)
    }

    /// The same for many, in few reads.
    func standings(of users: Set<UserID>, in handle: RoomHandle) async throws(ChatError) -> [UserID: Standing] {
        let access = handle.live.access
        var standings: [UserID: Standing] = [:]
        for user in users {
            standings[user] = access.standing(of: user).flatMap { $0.standing(at: .now) == .visitor ? nil : $0 }
        }
        let unknown = users.filter { standings[$0] == nil }
        if !unknown.isEmpty {
            for (user, standing) in try await roomStore.standings(of: Array(unknown), in: handle.live.id) {
                standings[user] = access.learn(standing, of: user)
            }
        }
        return standings
    }

    /// What somebody is to a room; read when it is not known, and also when he was no member: he may have joined by another
    /// process. Called within the room's gate, so that what is read is not older than what an act has come to.
    func standing(of user: UserID, in handle: RoomHandle) async throws(ChatError) -> Standing {
        if let known = handle.live.access.standing(of: user), known.standing(at: .now) != .visitor { return known }
        let standing = try await roomStore.standings(of: [user], in: handle.live.id)[user] ?? .visitor
        return handle.live.access.learn(standing, of: user)
    }
}
