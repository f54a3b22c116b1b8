import Auth
import Chat

// Who owns a room, and who takes over from him.
extension RoomService {
    /// Makes another member the owner; the one before becomes an admin. The team's own application may do that, too, also
    /// where no owner is left.
    func transfer(_ id: RoomID, to user: UserID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity, on: [user]) { (view) async throws(ChatError) in
            if view.room.isGone { throw RoomRules.roomGone }
            if !identity.isService || view.room.kind == .direct { try view.require(.transfer) }
            guard var new = view.standing(of: user).membership else { throw .notFound("he is no member of this room") }
            guard new.role != .owner else { throw .badRequest("he owns the room already") }
            (new.role, new.mutedUntil) = (.owner, nil)
            var act = RoomAct()
            for owner in try await store.members(of: id, roles: [.owner], limit: 2) {
                guard var old = try await store.standings(of: [owner], in: id)[owner]?.membership else { continue }
                old.role = .admin
                act.put(owner, old)
                act.events.append(.member(.init(user: owner, action: .role, role: .admin, by: view.actorID)))
            }
            act.makeOwner(user, new, by: view.actorID)
            act.writes.append(audit(view, "transfer", target: user))
            return act
        }
    }

    /// Takes an erased user out of a room. Where he was the owner, the one with the highest role takes over.
    func remove(_ user: UserID, from id: RoomID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity, on: [user]) { (view) async throws(ChatError) in
            var act = RoomAct()
            guard let membership = view.standing(of: user).membership else { return act }
            act.remove(user, .left)
            act.writes.append(audit(view, "remove_erased", target: user))
            act.events.append(.member(.init(user: user, action: .left, by: view.actorID)))
            if membership.role == .owner { try await bequeath(&act, besides: user, view) }
            return act
        }
    }

    /// An owner who was alone has left: who came meanwhile, by another process, takes over.
    func ensureOwner(of id: RoomID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity) { (view) async throws(ChatError) in
            var act = RoomAct()
            if !view.room.isGone, view.room.kind != .direct { try await bequeath(&act, besides: nil, view) }
            return act
        }
    }

    /// Makes the one with the highest role the owner, if nobody else is. Within the room's order of acts, on what is stored:
    /// an heir who goes meanwhile, in whichever process, makes the act be decided anew.
    private func bequeath(
        _ act: inout RoomAct, besides user: UserID?, _ view: RoomView
    ) async throws(ChatError) {
        let id = view.room.id
        guard try await store.members(of: id, roles: [.owner], limit: 2).allSatisfy({ $0 == user }) else { return }
        for role in Role.allCases.sorted(by: { $0.rank > $1.rank }) where role != .owner {
            guard let heir = try await store.members(of: id, roles: [role], limit: 1).first,
                var new = try await store.standings(of: [heir], in: id)[heir]?.membership
            else { continue }
            (new.role, new.mutedUntil) = (.owner, nil)
            act.makeOwner(heir, new, by: view.actorID)
            act.writes.append(audit(view, "transfer", target: heir, detail: "the owner is gone"))
            return
        }
    }
}

extension RoomAct {
    fileprivate mutating func makeOwner(_ user: UserID, _ membership: Membership, by actor: UserID) {
        put(user, membership)
        events.append(.member(.init(user: user, action: .role, role: .owner, by: actor)))
    }
}
