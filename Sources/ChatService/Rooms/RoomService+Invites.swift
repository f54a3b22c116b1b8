import Auth
import BSON
import Chat

// Invitations, by name and by link, and requests to be let in.
extension RoomService {
    static let inviteLifetimeRange: ClosedRange<Int64> = 60...31_536_000
    static let standardInviteLifetime: Int64 = 7 * 86_400
    /// Of one user to one room, that stand.
    static let maximumInvites = 100
    static let inviteUsesRange: ClosedRange<Int64> = 1...100_000

    /// Invites somebody, or makes a link.
    ///
    /// - Parameters:
    ///   - user: nil: a link.
    ///   - seconds: how long it is valid.
    ///   - uses: of a link: how often; nil: any number.
    func invite(
        _ user: UserID?, to id: RoomID, seconds: Int64?, uses: Int64?, by identity: Identity
    ) async throws(ChatError) -> Invite {
        let seconds = seconds ?? Self.standardInviteLifetime
        guard Self.inviteLifetimeRange.contains(seconds) else {
            throw .badRequest("expires_in is \(Self.inviteLifetimeRange.lowerBound) to 31536000 seconds")
        }
        if let uses, !Self.inviteUsesRange.contains(uses) {
            throw .badRequest("max_uses is 1 to \(Self.inviteUsesRange.upperBound)")
        }
        if let user { try await requireUnblocked(identity.userID, by: user) }
        let earlier = if let user { try await store.invites(of: user, to: id) } else { [Invite]() }
        var made: Invite?
        try await act(in: id, by: identity, on: [user].compactMap(\.self)) { (view) async throws(ChatError) in
            try view.require(.invite)
            try await admission.requirePlace(in: view.handle)
            guard try await store.inviteCount(by: view.actorID, to: id) < Self.maximumInvites else {
                throw .conflict("\(Self.maximumInvites) of your invitations to this room stand; revoke one first")
            }
            if let user {
                switch view.standing(of: user) {
                case .member: throw .conflict("he is a member already")
                case .banned: throw .conflict("he is banned; the ban must be lifted first")
                case .visitor: break
                }
            }
            let invite = Invite(
                code: Invite.makeCode(), room: id, user: user, createdBy: view.actorID, createdAt: view.now,
                expiresAt: Timestamp(milliseconds: view.now.milliseconds + seconds * 1_000),
                usesLeft: user == nil ? uses : 1)
            made = invite
            var act = RoomAct()
            act.writes = earlier.map { .removeInvite(code: $0.code) }
            act.writes += [.putInvite(invite), audit(view, "invite", target: user)]
            return act
        }
        guard let made else { throw .internalError }
        return made
    }

    /// Takes an invitation by name.
    func accept(in id: RoomID, by identity: Identity) async throws(ChatError) -> Membership {
        let invites = try await store.invites(of: identity.userID, to: id)
        guard let invite = invites.first(where: { !$0.isOver(at: .now) }) else { throw RoomRules.notOpen }
        return try await accept(invite, by: identity)
    }

    /// Takes the invitation that a code stands for, if it is for the user or for anyone.
    func accept(code: String, by identity: Identity) async throws(ChatError) -> (RoomID, Membership) {
        let invite = try await usableInvite(code, identity)
        return (invite.room, try await accept(invite, by: identity))
    }

    private func accept(_ known: Invite, by identity: Identity) async throws(ChatError) -> Membership {
        var membership = Membership(role: .member)
        // Known as a user from now on.
        let author = Author(id: identity.userID, username: identity.username)
        try await act(in: known.room, by: identity) { (view) async throws(ChatError) in
            if let present = view.actor.standing.standing(at: view.now).membership {
                membership = present
                return RoomAct()
            }
            // As it is within the room's order of acts: it may have been used up or revoked.
            let invite = try await usableInvite(known.code, identity)
            if view.room.isGone { throw RoomRules.roomGone }
            if case .banned(let ban) = view.actor.standing.standing(at: view.now) { throw RoomRules.banned(ban) }
            guard !view.room.isArchived else { throw .forbidden("the room is archived") }
            try await admission.requirePlace(in: view.handle)
            membership = try await self.membership(of: author.id, returningTo: view)
            var act = RoomAct()
            act.admit(author.id, membership, to: view.room)
            act.writes.append(.removeRequest(author.id))
            if var left = invite.usesLeft {
                left -= 1
                var used = invite
                used.usesLeft = left
                act.writes.append(left > 0 ? .putInvite(used) : .removeInvite(code: invite.code))
            }
            act.writes.append(audit(view, "accept_invite", detail: "invited by \(invite.createdBy)"))
            act.events.append(
                .member(.init(user: author.id, action: .joined, role: membership.role, by: invite.createdBy)))
            return act
        }
        return membership
    }

    private func usableInvite(_ code: String, _ identity: Identity) async throws(ChatError) -> Invite {
        guard (1...128).contains(code.utf8.count), let invite = try await store.invite(code: code),
            invite.user == nil || invite.user == identity.userID
        else { throw .notFound("there is no such invitation") }
        guard !invite.isOver(at: .now) else { throw ChatError(.gone, "the invitation has expired") }
        return invite
    }
}

extension Invite {
    func isOver(at now: Timestamp) -> Bool {
        if let expiresAt, expiresAt <= now { return true }
        return usesLeft.map { $0 <= 0 } ?? false
    }
}
