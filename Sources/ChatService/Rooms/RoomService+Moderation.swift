import Auth
import BSON
import Chat

// Bans and mutes.
extension RoomService {
    /// In seconds, of a ban or a mute.
    static let durationRange: ClosedRange<Int64> = 1...315_360_000

    /// Bans somebody, member or not: his sockets close, his membership and his invitations end.
    ///
    /// - Parameter seconds: nil: for good.
    func ban(
        _ user: UserID, from id: RoomID, seconds: Int64?, reason: String?, by identity: Identity
    ) async throws(ChatError) -> Ban {
        guard user != identity.userID else { throw .badRequest("nobody bans himself") }
        let until = try Self.end(after: seconds)
        let ban = Ban(reason: reason, until: until)
        try await actOnPeople(in: id, by: identity, on: [user]) { (view) throws(ChatError) in
            try view.require(.ban)
            try view.requireRank(above: user)
            var act = RoomAct()
            act.writes = [.putBan(user, ban, by: view.actorID), .removeMember(user), .removeRequest(user)]
            act.writes.append(audit(view, "ban", target: user, reason: reason, detail: until?.description))
            act.standings[user] = .banned(ban)
            act.expelled[user] = .banned(reason)
            act.events.append(.member(.init(user: user, action: .banned, by: view.actorID, reason: reason)))
            return act
        }
        return ban
    }

    func unban(_ user: UserID, from id: RoomID, by identity: Identity) async throws(ChatError) {
        try await actOnPeople(in: id, by: identity, on: [user]) { (view) throws(ChatError) in
            try view.require(.ban)
            guard case .banned = view.standing(of: user) else { throw .notFound("he is not banned") }
            var act = RoomAct()
            act.writes = [.removeBan(user), audit(view, "unban", target: user)]
            act.standings[user] = .visitor
            act.events.append(.moderation(.init(action: "unbanned", user: user, by: view.actorID)))
            return act
        }
    }

    /// Lets somebody be silent for a time.
    func mute(
        _ user: UserID, in id: RoomID, seconds: Int64, reason: String?, by identity: Identity
    ) async throws(ChatError) -> Timestamp {
        guard let until = try Self.end(after: seconds) else { throw .internalError }
        try await actOnPeople(in: id, by: identity, on: [user]) { (view) throws(ChatError) in
            try view.require(.mute)
            guard var membership = view.standing(of: user).membership else {
                throw .notFound("he is no member of this room")
            }
            try view.requireRank(above: user)
            membership.mutedUntil = until
            var act = RoomAct()
            act.put(user, membership)
            act.writes.append(audit(view, "mute", target: user, reason: reason, detail: until.description))
            act.events.append(
                .moderation(.init(action: "muted", user: user, by: view.actorID, reason: reason, until: until)))
            return act
        }
        return until
    }

    func unmute(_ user: UserID, in id: RoomID, by identity: Identity) async throws(ChatError) {
        try await act(in: id, by: identity, on: [user]) { (view) async throws(ChatError) in
            try view.require(.mute)
            var act = RoomAct()
            if var membership = view.standing(of: user).membership {
                guard membership.mutedUntil != nil else { throw .notFound("he is not muted") }
                try view.requireRank(above: user)
                membership.mutedUntil = nil
                act.put(user, membership)
            } else {
                // Who left is still muted, for when he comes back.
                let kept = try await store.restriction(of: user, in: id)
                guard let kept, kept.mutedUntil.map({ $0 > view.now }) ?? false else {
                    throw .notFound("he is not muted")
                }
                act.writes.append(.restrict(user, kept.role.map { Restriction(role: $0, mutedUntil: nil) }))
            }
            act.writes.append(audit(view, "unmute", target: user))
            act.events.append(.moderation(.init(action: "unmuted", user: user, by: view.actorID)))
            return act
        }
    }

    private static func end(after seconds: Int64?) throws(ChatError) -> Timestamp? {
        guard let seconds else { return nil }
        guard durationRange.contains(seconds) else {
            throw .badRequest("duration is \(durationRange.lowerBound) to \(durationRange.upperBound) seconds")
        }
        return Timestamp(milliseconds: Timestamp.now.milliseconds + seconds * 1_000)
    }

    /// What a `moderate` frame asks for.
    func moderate(
        _ command: ClientFrame.Moderation, in id: RoomID, by identity: Identity
    ) async throws(ChatError) {
        switch command.action {
        case .kick: try await kick(command.target, from: id, reason: command.reason, by: identity)
        case .ban:
            _ = try await ban(
                command.target, from: id, seconds: command.seconds, reason: command.reason, by: identity)
        case .unban: try await unban(command.target, from: id, by: identity)
        case .mute:
            guard let seconds = command.seconds else { throw .badRequest("duration is missing") }
            _ = try await mute(command.target, in: id, seconds: seconds, reason: command.reason, by: identity)
        case .unmute: try await unmute(command.target, in: id, by: identity)
        case .lock, .unlock:
            var patch = Patch()
            patch.locked = command.action == .lock
            _ = try await update(id, patch, by: identity)
        case .slowMode:
            guard let seconds = command.seconds else { throw .badRequest("duration is missing") }
            var patch = Patch()
            patch.settings = { (settings) throws(ChatError) in settings.slowModeSeconds = seconds }
            _ = try await update(id, patch, by: identity)
        }
    }
}
