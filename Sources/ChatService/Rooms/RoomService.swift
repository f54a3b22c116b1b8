import Auth
import BSON
import Chat

/// Makes rooms and acts on them and their people: decides by the rules, stores, and lets it take effect at once, on what is
/// in memory and on every open socket.
struct RoomService: Sendable {
    let admission: Admission
    let ids: ObjectIDGenerator
    /// Tells other processes what happened to people.
    let relay: SignalRelay

    var store: any RoomStore { admission.roomStore }

    /// How often an act is decided anew because another process acted on the room meanwhile.
    static let attempts = 32
    static let tooBusy = ChatError.unavailable("too much happens in this room at once; try again")

    /// Acts on a room.
    ///
    /// - Parameters:
    ///   - users: whom it concerns besides the actor.
    ///   - decide: what it comes to; may be asked again, of a newer state.
    /// - Returns: the room as it is then.
    /// - Throws: what `decide` does; `not_found`, `unavailable`.
    @discardableResult
    func act(
        in id: RoomID, by identity: Identity, on users: [UserID] = [],
        _ decide: (RoomView) async throws(ChatError) -> RoomAct
    ) async throws(ChatError) -> Room {
        let handle = try await admission.openExisting(id)
        return try await handle.live.access.gate.exclusive { () async throws(ChatError) in
            for _ in 0..<Self.attempts {
                let view = try await view(of: handle, identity, users)
                let act = try await decide(view)
                guard !act.isEmpty else { return view.room }
                if let revision = try await store.commit(act.writes, in: id, revision: view.room.revision) {
                    return take(act, at: revision, handle)
                }
                try await refresh(handle)
            }
            throw Self.tooBusy
        }
    }

    private func view(
        of handle: RoomHandle, _ identity: Identity, _ users: [UserID]
    ) async throws(ChatError) -> RoomView {
        var standings: [UserID: Standing] = [:]
        for user in users + [identity.userID] where standings[user] == nil {
            standings[user] = try await admission.standing(of: user, in: handle)
        }
        let actor = RoomRules.Actor(
            standings[identity.userID] ?? .visitor, isGlobalModerator: identity.isModerator)
        return RoomView(
            handle: handle, room: handle.room, actorID: identity.userID, actedBy: identity.actedBy, actor: actor,
            standings: standings, now: .now)
    }

    /// What is stored takes effect.
    @discardableResult
    func take(_ act: RoomAct, at revision: Int64, _ handle: RoomHandle) -> Room {
        let access = handle.live.access
        let wasOpen = access.room?.admitsVisitors ?? false
        var room = act.room ?? handle.room
        room.revision = revision
        if !act.standings.isEmpty { access.setMemberCount(nil) }
        handle.live.tell(act.events)
        let events = act.events.compactMap(PeopleSignal.Event.init)
        if !events.isEmpty {
            relay.send(.people(PeopleSignal(room: handle.live.id, revision: revision, events: events)))
        }
        var ends: [(RoomAccess.Expel, Expulsion)] = []
        let groups = Dictionary(grouping: act.expelled, by: \.value).mapValues { Set($0.map(\.key)) }
        for expel in access.apply(room: room, standings: act.standings, expelled: []) { ends.append((expel, .left)) }
        if act.room != nil { handle.live.noteRecentSpeakers() }
        for case .member(let change) in act.events where change.action == .joined {
            access.oweWelcome(to: change.user)
        }
        for (expulsion, users) in groups {
            ends += access.apply(room: nil, standings: [:], expelled: users).map { ($0, expulsion) }
        }
        if wasOpen, !room.admitsVisitors {
            // Who only listened to it has no place in it any more.
            let listeners = access.present.filter { access.standing(of: $0)?.membership == nil }
            ends += access.apply(room: nil, standings: [:], expelled: listeners).map { ($0, .left) }
        }
        if let all = act.expelsAll {
            ends += access.apply(room: nil, standings: [:], expelled: access.present).map { ($0, all) }
        }
        // Behind what was told, and outside of every lock.
        for (expel, expulsion) in ends { expel(expulsion) }
        return room
    }

    /// Reads a room and its people anew, since another process acted on them. Within the room's gate.
    func refresh(_ handle: RoomHandle) async throws(ChatError) {
        let access = handle.live.access
        guard let (found, concerned) = try await store.room(handle.live.id, since: handle.room.revision) else {
            throw RoomRules.roomGone
        }
        var room = found
        // Only those whom these acts concerned; what is read of them is not older than the room.
        var known = Set(concerned.map { access.known(among: $0) } ?? access.known)
        // Who is taken for a visitor may have joined at another process, which is no act on the room.
        if !room.admitsVisitors {
            known.formUnion(access.present.filter { access.standing(of: $0)?.membership == nil })
        }
        let standings = try await store.standings(of: Array(known), in: handle.live.id)
        // Where the log ends is known better here.
        room.firstSeq = max(room.firstSeq, handle.room.firstSeq)
        access.setMemberCount(nil)
        let now = Timestamp.now
        var expelled: [Expulsion: Set<UserID>] = [:]
        for user in access.present {
            let before = access.standing(of: user) ?? .visitor
            switch (standings[user] ?? before).standing(at: now) {
            case .banned(let ban): expelled[.banned(ban.reason), default: []].insert(user)
            case .visitor where !room.admitsVisitors || before.membership != nil:
                expelled[.kicked(nil), default: []].insert(user)
            case .visitor, .member: break
            }
        }
        if room.isGone { expelled = [.gone: access.present] }
        if room.kind == .direct { try await admission.learnBlocks(handle, anew: true) }
        handle.live.raiseFirst(room.firstSeq)
        if room.isDescribed(otherwiseThan: handle.room) { handle.live.tell([.updated(room, by: nil)]) }
        _ = access.apply(room: room, standings: standings, expelled: [])
        handle.live.noteRecentSpeakers()
        for (expulsion, users) in expelled {
            for expel in access.apply(room: nil, standings: [:], expelled: users) { expel(expulsion) }
        }
    }

    // MARK: Parts of acts

    func audit(
        _ view: RoomView, _ action: String, target: UserID? = nil, reason: String? = nil, detail: String? = nil
    ) -> RoomWrite {
        .audit(
            AuditEntry(
                id: ids.next(), room: view.room.id, actor: view.actorID, via: view.actedBy, target: target,
                action: action, reason: reason, detail: detail, at: view.now))
    }
}

extension Room {
    /// Whether what people see of the room differs.
    fileprivate func isDescribed(otherwiseThan other: Room) -> Bool {
        var room = self
        (room.revision, room.firstSeq, room.epoch) = (other.revision, other.firstSeq, other.epoch)
        (room.lastSeqHint, room.lastRevHint) = (other.lastSeqHint, other.lastRevHint)
        return room != other
    }
}
