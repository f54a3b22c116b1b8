/// Decides who may do what in a room. Pure: all that it needs is in memory.
package enum RoomRules {
    /// Somebody who wants something in a room.
    package struct Actor: Hashable, Sendable {
        package var standing: Standing
        /// Whether his token makes him a moderator of all rooms.
        package var isGlobalModerator: Bool

        package init(_ standing: Standing, isGlobalModerator: Bool = false) {
            self.standing = standing
            self.isGlobalModerator = isGlobalModerator
        }
    }

    /// - Throws: `gone`, `banned`, `muted`, or `forbidden` with the reason.
    package static func require(
        _ permission: Permission, of actor: Actor, in room: Room, now: Timestamp
    ) throws(ChatError) {
        if room.isGone { throw roomGone }
        let rule = PermissionRule.rule(for: permission)
        let standing = actor.standing.standing(at: now)
        if case .banned(let ban) = standing { throw banned(ban) }
        if actor.isGlobalModerator, rule.isModeration, room.kind != .direct { return }
        guard let membership = standing.membership else {
            // Everyone reads a public room; the rest is for members.
            if room.kind == .public {
                let readsAll = room.settings.history == .all
                if readsAll, permission == .read || permission == .report { return }
                throw .forbidden("this is for the room's members")
            }
            throw notOpen
        }
        try require(permission, rule, of: membership, in: room, now: now)
    }

    private static func require(
        _ permission: Permission, _ rule: PermissionRule, of membership: Membership, in room: Room, now: Timestamp
    ) throws(ChatError) {
        guard rule.roles(in: room).contains(membership.role) else {
            throw .forbidden("your role in this room does not allow that (\(permission.rawValue))")
        }
        if room.isArchived, !rule.inArchive { throw .forbidden("the room is archived") }
        if room.isLocked, !rule.inLocked.contains(membership.role) { throw .forbidden("the room is locked") }
        if rule.isSpeech, let until = membership.mutedUntil, until > now {
            throw ChatError(
                .muted, "you are muted in this room", isTemporary: true,
                retryAfterMilliseconds: until.milliseconds - now.milliseconds)
        }
    }

    /// Whether somebody may come into the room by himself.
    ///
    /// - Throws: `gone`, `banned`, or `forbidden`.
    package static func requireEntry(of standing: Standing, in room: Room, now: Timestamp) throws(ChatError) {
        if room.isGone { throw roomGone }
        switch standing.standing(at: now) {
        case .banned(let ban): throw banned(ban)
        case .member: return
        case .visitor:
            guard room.kind == .public else { throw notOpen }
            if room.isArchived { throw .forbidden("the room is archived") }
        }
    }

    /// The first message of the room that somebody who may read it sees.
    package static func firstVisible(to standing: Standing, in room: Room) -> Int64 {
        guard room.settings.history == .joined, let membership = standing.membership else { return room.firstSeq }
        guard membership.role.rank < Role.moderator.rank else { return room.firstSeq }
        return max(room.firstSeq, membership.joinedSeq + 1)
    }

    /// Acting on somebody takes a higher role than his.
    ///
    /// - Throws: `forbidden`.
    package static func requireRank(of actor: Actor, above target: Role?) throws(ChatError) {
        guard let target else { return }
        let own = actor.standing.role.map(\.rank) ?? -1
        let rank = actor.isGlobalModerator ? max(own, Role.moderator.rank) : own
        guard rank > target.rank else { throw .forbidden("his role is not below yours") }
    }

    package static let notOpen = ChatError.forbidden("this room is not open to you")
    package static let full = ChatError.forbidden("the room is full")
    package static let roomGone = ChatError(.gone, "the room is gone")

    package static func banned(_ ban: Ban) -> ChatError {
        let reason = ban.reason.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
        return ChatError(.banned, "you are banned from this room\(reason)")
    }
}
