import Auth
import BSON
import Chat

// Making, changing and ending rooms.
extension RoomService {
    /// What a new room is to be.
    struct NewRoom: Sendable {
        var id: RoomID?
        var name: String?
        var topic = ""
        var description = ""
        var icon = ""
        var kind = RoomKind.public
        var settings = RoomSettings()
        /// Of a group: those who are in it from the beginning.
        var members: [UserID] = []
    }

    static let maximumFirstMembers = 100

    /// - Throws: `conflict` when there is a room with the id, or was.
    func create(_ new: NewRoom, by identity: Identity) async throws(ChatError) -> Room {
        try admission.health.requireReady()
        guard new.kind != .direct else { throw .badRequest("POST /rooms/direct makes direct rooms") }
        let id = new.id ?? RoomID(stored: Self.makeID())
        guard !id.isReserved else { throw .badRequest("ids with direct: are for direct rooms") }
        try new.settings.check()
        let members = new.members.filter { $0 != identity.userID }
        guard members.isEmpty || new.kind == .group else {
            throw .badRequest("members are put into a new group only; elsewhere they are invited")
        }
        guard members.count < Self.maximumFirstMembers else {
            throw .badRequest("a group begins with at most \(Self.maximumFirstMembers) members")
        }
        for member in members { try await requireUnblocked(identity.userID, by: member) }
        if members.count > 1, try await store.isBlocked(among: members) { throw Self.blockedInGroup }
        let now = Timestamp.now
        let fallback = new.kind == .group ? "Group" : id.rawValue
        var room = Room(
            id: id, name: try RoomText.name(new.name ?? fallback), kind: new.kind, createdBy: identity.userID,
            createdAt: now, epoch: now.milliseconds, firstSeq: 1, lastSeqHint: 0)
        (room.topic, room.description, room.icon) = (new.topic, new.description, new.icon)
        room.settings = new.settings
        try Self.check(room)
        let people = [(user: identity.userID, role: Role.owner)] + Set(members).map { (user: $0, role: Role.member) }
        let entry = AuditEntry(
            id: ids.next(), room: id, actor: identity.userID, via: identity.actedBy, action: "create",
            detail: room.kind.rawValue, at: .now)
        guard try await store.create(room, members: people, audit: entry) else {
            throw .conflict("there is a room with this id")
        }
        return room
    }

    /// The one direct room of two users; made when it is missing.
    func direct(with other: UserID, by identity: Identity) async throws(ChatError) -> (room: Room, isNew: Bool) {
        try admission.health.requireReady()
        guard other != identity.userID else { throw .badRequest("a direct room is with somebody else") }
        let id = RoomID.direct(identity.userID, other)
        if let room = try await admission.store.room(id) { return (room, false) }
        try await requireUnblocked(identity.userID, by: other)
        let now = Timestamp.now
        let names = [identity.userID, other].sorted().map(\.rawValue).joined(separator: ", ")
        let room = Room(
            id: id, name: String(String.UnicodeScalarView(names.unicodeScalars.prefix(256))), kind: .direct,
            createdBy: identity.userID, createdAt: now, epoch: now.milliseconds, firstSeq: 1, lastSeqHint: 0)
        let people = [(user: identity.userID, role: Role.member), (user: other, role: Role.member)]
        if try await store.create(room, members: people, audit: nil) { return (room, true) }
        // The other one was faster.
        guard let room = try await admission.store.room(id) else { throw .unavailable("try again") }
        return (room, false)
    }

    /// What is to be changed of a room; nil: nothing.
    struct Patch: Sendable {
        var name: String?
        var topic: String?
        var description: String?
        var icon: String?
        var kind: RoomKind?
        var archived: Bool?
        var locked: Bool?
        var settings: (@Sendable (inout RoomSettings) throws(ChatError) -> Void)?
    }

    func update(_ id: RoomID, _ patch: Patch, by identity: Identity) async throws(ChatError) -> Room {
        try await act(in: id, by: identity) { (view) throws(ChatError) in
            try view.requireSeeing()
            var act = RoomAct()
            var room = view.room
            try describe(&room, patch, view)
            try changeState(&room, patch, view)
            try changeSettings(&room, patch, view)
            guard room != view.room else { return act }
            try Self.check(room)
            act.describe(room, by: view.actorID)
            act.writes.append(audit(view, "update", detail: room.changes(since: view.room)))
            return act
        }
    }

    private func describe(_ room: inout Room, _ patch: Patch, _ view: RoomView) throws(ChatError) {
        let texts = [patch.name, patch.topic, patch.description, patch.icon]
        guard texts.contains(where: { $0 != nil }) else { return }
        try view.require(.describe)
        if let name = patch.name { room.name = try RoomText.name(name) }
        if let topic = patch.topic { room.topic = topic }
        if let description = patch.description { room.description = description }
        if let icon = patch.icon { room.icon = icon }
    }

    private func changeState(_ room: inout Room, _ patch: Patch, _ view: RoomView) throws(ChatError) {
        if let archived = patch.archived {
            try view.require(.archive)
            if archived != room.isArchived { room.archivedAt = archived ? view.now : nil }
        }
        if let locked = patch.locked {
            try view.require(.lock)
            if locked != room.isLocked { room.lockedAt = locked ? view.now : nil }
        }
        if let kind = patch.kind {
            try view.require(.configure)
            guard kind != room.kind else { return }
            guard kind != .direct, room.kind != .direct else {
                throw .badRequest("a direct room stays one, and no other becomes one")
            }
            room.kind = kind
        }
    }

    private func changeSettings(_ room: inout Room, _ patch: Patch, _ view: RoomView) throws(ChatError) {
        guard let change = patch.settings else { return }
        try change(&room.settings)
        var onlySlower = view.room.settings
        onlySlower.slowModeSeconds = room.settings.slowModeSeconds
        try view.require(onlySlower == room.settings ? .slowMode : .configure)
        try room.settings.check()
    }

    /// Ends a room for good: its id stays taken, nothing of it is readable.
    func delete(_ id: RoomID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity) { (view) throws(ChatError) in
            try view.require(.deleteRoom)
            return end(view, "delete_room")
        }
    }

    func end(_ view: RoomView, _ action: String) -> RoomAct {
        var act = RoomAct()
        var room = view.room
        room.goneAt = view.now
        act.describe(room, by: view.actorID)
        act.expelsAll = .gone
        act.writes.append(audit(view, action))
        return act
    }

    // MARK: Checks

    private static func check(_ room: Room) throws(ChatError) {
        _ = try RoomText.text(room.topic, upTo: RoomText.topicLength, "topic")
        _ = try RoomText.text(room.description, upTo: RoomText.descriptionLength, "description")
        _ = try RoomText.text(room.icon, upTo: RoomText.iconLength, "icon")
        _ = try RoomText.text(room.settings.welcome, upTo: RoomSettings.welcomeLength, "welcome")
    }

    private static func makeID() -> String {
        "r-" + String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    /// Does not say who.
    static let blockedInGroup = ChatError.forbidden("two of them do not want to be in one group")
    /// Of a group: so many members are asked for when somebody is put into it.
    static let maximumBlockers = 1_000

    /// Nobody is put into a group with one whom he has blocked, or who has blocked him. Who brings him decides for himself.
    func requireUnblocked(_ user: UserID, in view: RoomView) async throws(ChatError) {
        guard view.room.kind == .group else { return }
        let others = try await store.members(of: view.room.id, roles: .everyone, limit: Self.maximumBlockers)
            .filter { $0 != view.actorID }
        if try await store.isBlocked(between: user, and: others) { throw Self.blockedInGroup }
    }

    /// - Throws: `forbidden` when the one has blocked the other.
    func requireUnblocked(_ user: UserID, by other: UserID) async throws(ChatError) {
        guard try await !store.hasBlocked(other, user) else { throw .forbidden("this user does not want that") }
    }
}

extension RoomView {
    /// - Throws: `gone`, `banned`, and `forbidden` for one who may not know of the room.
    func requireSeeing() throws(ChatError) {
        if actor.isGlobalModerator, room.kind != .direct, !room.isGone { return }
        try require(.read)
    }
}
