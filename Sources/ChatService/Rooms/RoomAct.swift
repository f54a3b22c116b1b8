import Chat

/// What somebody's act on a room comes to: what is stored, all of it or nothing, and what follows once it is.
struct RoomAct: Sendable {
    var writes: [RoomWrite] = []
    /// The room as it is then; nil: as before.
    var room: Room?
    /// What has become of people.
    var standings: [UserID: Standing] = [:]
    /// Whose sockets must go, and why.
    var expelled: [UserID: Expulsion] = [:]
    /// Everybody's must go.
    var expelsAll: Expulsion?
    /// What the room is told.
    var events: [RoomEvent] = []

    /// It is so already.
    var isEmpty: Bool { writes.isEmpty }

    mutating func put(_ user: UserID, _ membership: Membership) {
        writes.append(.putMember(user, membership))
        standings[user] = .member(membership)
    }

    /// Makes somebody a member who was none, if the room has a place for him.
    mutating func admit(_ user: UserID, _ membership: Membership, to room: Room) {
        if room.settings.maximumMembers > 0 { writes.append(.requirePlace(room.settings.maximumMembers)) }
        put(user, membership)
    }

    mutating func remove(_ user: UserID, _ expulsion: Expulsion) {
        writes.append(.removeMember(user))
        standings[user] = .visitor
        expelled[user] = expulsion
    }

    mutating func describe(_ room: Room, by user: UserID) {
        writes.append(.describe(room))
        self.room = room
        events.append(.updated(room, by: user))
    }
}

/// A room as one sees it who decides upon an act. Nothing else happens to the room meanwhile.
struct RoomView: Sendable {
    let handle: RoomHandle
    let room: Room
    let actorID: UserID
    /// The team's own application, where it acts as the actor.
    let actedBy: UserID?
    let actor: RoomRules.Actor
    /// Of those whom the act concerns.
    let standings: [UserID: Standing]
    let now: Timestamp

    /// - Throws: what the rules refuse with.
    func require(_ permission: Permission) throws(ChatError) {
        try RoomRules.require(permission, of: actor, in: room, now: now)
    }

    func standing(of user: UserID) -> Standing { (standings[user] ?? .visitor).standing(at: now) }

    /// - Throws: `forbidden` unless the actor's role is above the other's.
    func requireRank(above user: UserID) throws(ChatError) {
        try RoomRules.requireRank(of: actor, above: standing(of: user).role)
    }
}
