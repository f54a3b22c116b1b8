import Auth
import Chat

// Coming, going, and what people are in a room.
extension RoomService {
    /// Puts somebody into a room, or oneself; or changes his role.
    ///
    /// - Parameter role: of whoever is put there; nil: a member, or as he is.
    func put(
        _ user: UserID, in id: RoomID, as role: Role?, by identity: Identity
    ) async throws(ChatError) -> Membership {
        var membership = Membership(role: role ?? .member)
        if user == identity.userID, role == nil {
            let author = Author(id: user, username: identity.username)
            let handle = try await admission.openExisting(id)
            if case .visitor = try await standing(of: user, in: handle), handle.room.kind != .public {
                return try await accept(in: id, by: identity)
            }
            let entered = try await admission.enter(handle.live.id, as: author)
            return entered.live.access.standing(of: user)?.membership ?? membership
        }
        if user != identity.userID { try await requireUnblocked(identity.userID, by: user) }
        try await act(in: id, by: identity, on: [user]) { (view) async throws(ChatError) in
            var act = RoomAct()
            if let present = view.standing(of: user).membership {
                membership = present
                // What he is, is nothing for everybody to know.
                try view.require(role == nil ? .seeMembers : .setRoles)
                guard let role, role != present.role else { return act }
                membership.role = role
                try changeRole(&act, of: user, from: present.role, to: membership, view)
            } else {
                membership = try await add(&act, user, role, view)
            }
            return act
        }
        return membership
    }

    private func standing(of user: UserID, in handle: RoomHandle) async throws(ChatError) -> Standing {
        try await handle.live.access.gate.shared { () async throws(ChatError) in
            try await admission.standing(of: user, in: handle)
        }
    }

    private func add(
        _ act: inout RoomAct, _ user: UserID, _ role: Role?, _ view: RoomView
    ) async throws(ChatError) -> Membership {
        // In a group everybody brings others; elsewhere others are asked first, unless a moderator decides.
        try view.require(view.room.kind == .group ? .invite : .approve)
        if let role, role != .member {
            try view.require(.setRoles)
            guard role.rank < view.rank else { throw .forbidden("the role is not below yours") }
        }
        if case .banned = view.standing(of: user) { throw .conflict("he is banned; the ban must be lifted first") }
        try await requireUnblocked(user, in: view)
        try await admission.requirePlace(in: view.handle)
        var membership = try await membership(of: user, returningTo: view)
        // Who gives roles may give back one that was taken.
        if let role, (try? view.require(.setRoles)) != nil { membership.role = role }
        act.admit(user, membership, to: view.room)
        act.writes.append(.removeRequest(user))
        act.writes.append(audit(view, "add", target: user, detail: membership.role.rawValue))
        act.events.append(.member(.init(user: user, action: .joined, role: membership.role, by: view.actorID)))
        return membership
    }

    /// What somebody becomes who is let in: a member, unless he was less, or was muted, when he went.
    func membership(of user: UserID, returningTo view: RoomView) async throws(ChatError) -> Membership {
        Membership(role: .member, joinedSeq: view.handle.live.delivered ?? 0)
            .restricted(by: try await store.restriction(of: user, in: view.room.id), at: view.now)
    }

    private func changeRole(
        _ act: inout RoomAct, of user: UserID, from old: Role, to new: Membership, _ view: RoomView
    ) throws(ChatError) {
        guard new.role != .owner else { throw .badRequest("ownership is handed over: POST /rooms/{id}/owner") }
        guard user != view.actorID else { throw .forbidden("nobody changes his own role") }
        try view.requireRank(above: user)
        guard new.role.rank < view.rank else { throw .forbidden("the role is not below yours") }
        act.put(user, new)
        act.writes.append(
            audit(view, "role", target: user, detail: "\(old.rawValue) -> \(new.role.rawValue)"))
        act.events.append(.member(.init(user: user, action: .role, role: new.role, by: view.actorID)))
    }

    /// Leaves a room.
    func leave(_ id: RoomID, by identity: Identity) async throws(ChatError) {
        var wasOwner = false
        try await act(in: id, by: identity) { (view) async throws(ChatError) in
            guard let membership = view.actor.standing.standing(at: view.now).membership else {
                throw .notFound("you are no member of this room")
            }
            try view.require(.leave)
            wasOwner = membership.role == .owner
            let count = try await store.memberCount(of: id)
            if wasOwner, count > 1 {
                let owners = try await store.members(of: id, roles: [.owner], limit: 2)
                guard owners.count > 1 else {
                    throw .conflict("you are the owner: hand the room over first (POST /rooms/{id}/owner)")
                }
            }
            // Nobody could ever come into it again.
            if count <= 1, view.room.kind != .public {
                var act = end(view, "last_left")
                act.remove(identity.userID, .left)
                return act
            }
            var act = RoomAct()
            act.remove(identity.userID, .left)
            act.events.append(.member(.init(user: identity.userID, action: .left, by: identity.userID)))
            return act
        }
        if wasOwner { try await ensureOwner(of: id, by: identity) }
    }

    /// Puts somebody out. He may come back where anyone may.
    func kick(_ user: UserID, from id: RoomID, reason: String?, by identity: Identity) async throws(ChatError) {
        try await actOnPeople(in: id, by: identity, on: [user]) { (view) throws(ChatError) in
            try view.require(.kick)
            guard view.standing(of: user).membership != nil else { throw .notFound("he is no member of this room") }
            try view.requireRank(above: user)
            var act = RoomAct()
            act.remove(user, .kicked(reason))
            act.writes.append(audit(view, "kick", target: user, reason: reason))
            act.events.append(.member(.init(user: user, action: .kicked, by: view.actorID, reason: reason)))
            return act
        }
    }
}

extension RoomView {
    /// Of the actor.
    var rank: Int {
        let own = actor.standing.role?.rank ?? -1
        return actor.isGlobalModerator ? max(own, Role.moderator.rank) : own
    }
}
