import Auth
import Chat

// Asking to be let in, and what becomes of it; revoking and declining invitations.
extension RoomService {
    static let requestLength = 500

    /// Asks to be let into a private room.
    func requestEntry(to id: RoomID, message: String, by identity: Identity) async throws(ChatError) {
        let message = try RoomText.text(message, upTo: Self.requestLength, "message")
        try await act(in: id, by: identity) { (view) throws(ChatError) in
            if view.room.isGone { throw RoomRules.roomGone }
            switch view.actor.standing.standing(at: view.now) {
            case .banned(let ban): throw RoomRules.banned(ban)
            case .member: throw .conflict("you are a member already")
            case .visitor: break
            }
            switch view.room.kind {
            case .private: break
            case .public: throw .conflict("the room is open: join it")
            case .direct, .group: throw RoomRules.notOpen
            }
            guard !view.room.isArchived else { throw .forbidden("the room is archived") }
            var act = RoomAct()
            act.writes.append(.putRequest(view.actorID, message: message, at: view.now))
            return act
        }
    }

    /// Lets somebody in who asked for it.
    func approve(_ user: UserID, in id: RoomID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity, on: [user]) { (view) async throws(ChatError) in
            try view.require(.approve)
            guard try await store.hasRequest(of: user, to: id) else { throw .notFound("he has not asked") }
            var act = RoomAct()
            act.writes = [.removeRequest(user), audit(view, "approve", target: user)]
            switch view.standing(of: user) {
            case .banned: throw .conflict("he is banned; the ban must be lifted first")
            case .member: break
            case .visitor:
                try await admission.requirePlace(in: view.handle)
                let membership = try await membership(of: user, returningTo: view)
                act.admit(user, membership, to: view.room)
                act.events.append(
                    .member(.init(user: user, action: .joined, role: membership.role, by: view.actorID)))
            }
            return act
        }
    }

    /// Refuses a request, or takes back one's own.
    func refuse(_ user: UserID, in id: RoomID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity, on: [user]) { (view) async throws(ChatError) in
            if user != view.actorID { try view.require(.approve) }
            guard try await store.hasRequest(of: user, to: id) else { throw .notFound("there is no such request") }
            var act = RoomAct()
            act.writes.append(.removeRequest(user))
            if user != view.actorID { act.writes.append(audit(view, "refuse", target: user)) }
            return act
        }
    }

    /// Takes an invitation back: its maker's, or a moderator's.
    func revoke(_ code: String, in id: RoomID, by identity: Identity) async throws(ChatError) {
        guard let invite = try await known(code), invite.room == id else {
            throw .notFound("there is no such invitation")
        }
        try await act(in: id, by: identity) { (view) throws(ChatError) in
            try view.require(invite.createdBy == view.actorID ? .invite : .approve)
            var act = RoomAct()
            act.writes = [.removeInvite(code: code), audit(view, "revoke_invite", target: invite.user)]
            return act
        }
    }

    /// Says no to an invitation by name.
    func decline(_ code: String, by identity: Identity) async throws(ChatError) {
        guard let invite = try await known(code), invite.user == identity.userID else {
            throw .notFound("there is no such invitation")
        }
        try await act(in: invite.room, by: identity) { (_) throws(ChatError) in
            var act = RoomAct()
            act.writes.append(.removeInvite(code: code))
            return act
        }
    }

    private func known(_ code: String) async throws(ChatError) -> Invite? {
        guard (1...128).contains(code.utf8.count) else { return nil }
        return try await store.invite(code: code)
    }
}
