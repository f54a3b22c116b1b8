import Chat
import Synchronization

// What is said in the room passes here: rights, slow mode, floods, the word filter. Nothing of it reads the database.
extension RoomAccess {
    /// Lets somebody say something in another way than by a new message: an edit, a reaction, typing.
    ///
    /// - Throws: what the rules refuse with, and `slow_mode` while he must wait.
    func admit(
        _ permission: Permission, of user: UserID, now: Timestamp = .now
    ) throws(ChatError) {
        try admit(permission, of: user, clientID: nil, isTrusted: false, now: now)
    }

    /// Lets somebody send a message.
    ///
    /// - Parameters:
    ///   - clientID: of the message; his last one sent again takes no further turn.
    ///   - isTrusted: whether it comes from the team's own application, which may send as fast as it likes.
    /// - Returns: what is sent.
    /// - Throws: what the rules refuse with; `slow_mode`, `rate_limited`, `filtered`.
    func admitMessage(
        _ content: String, clientID: String, of user: UserID, isTrusted: Bool = false, now: Timestamp = .now
    ) throws(ChatError) -> WordFilter.Verdict {
        // First what costs him nothing: a message that is refused is no turn.
        let verdict = try filtered(content, of: user)
        try admit(.post, of: user, clientID: clientID, isTrusted: isTrusted, now: now)
        return verdict
    }

    /// - Throws: `filtered`.
    func filtered(_ content: String, of user: UserID) throws(ChatError) -> WordFilter.Verdict {
        guard let filter = state.withLock(\.filter) else { return WordFilter.Verdict(content: content) }
        return try filter.check(content)
    }

    /// - Parameter clientID: of a message, which takes a turn.
    private func admit(
        _ permission: Permission, of user: UserID, clientID: String?, isTrusted: Bool, now: Timestamp
    ) throws(ChatError) {
        let refusal: ChatError? = state.withLock { state in
            guard let room = state.room else { return .unavailable("the room is loaded anew") }
            let standing = state.people[user]?.standing ?? .visitor
            do throws(ChatError) {
                try RoomRules.require(permission, of: RoomRules.Actor(standing), in: room, now: now)
            } catch {
                return error
            }
            if state.silenced?.contains(user) ?? false { return .forbidden("this user does not want that") }
            guard let role = standing.role, role.rank < Role.moderator.rank, !isTrusted else { return nil }
            if let clientID, state.isLast(clientID, of: user) { return nil }
            if let wait = state.slowModeWait(of: user, now: now) {
                return ChatError(
                    .slowMode, "the room is in slow mode", isTemporary: true, retryAfterMilliseconds: wait)
            }
            guard let clientID else { return nil }
            var flood = state.people[user]?.flood ?? FloodGuard(messages: floodMessages)
            if let wait = flood.take(now: now) {
                return .rateLimited("too many messages in this room", retryAfterMilliseconds: wait)
            }
            state.people[user]?.flood = flood
            state.people[user]?.spokeAt = now
            state.people[user]?.spokeClientID = clientID
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Messages were shown, whichever process they came by: where the room is in slow mode, their authors wait from then on.
    func noteShown(_ messages: some Sequence<Message>) {
        state.withLock { state in
            guard state.room?.settings.slowModeSeconds ?? 0 > 0 else { return }
            for message in messages where state.spoken[message.userID].map({ $0.at <= message.timestamp }) ?? true {
                state.spoken[message.userID] = State.Spoken(at: message.timestamp, clientID: message.clientID)
            }
        }
    }

    // MARK: Direct rooms

    var knowsSilenced: Bool { state.withLock { $0.silenced != nil } }

    func setSilenced(_ users: Set<UserID>) {
        state.withLock { $0.silenced = users }
    }
}

extension RoomAccess.State {
    /// Whether a message is somebody's last one again.
    fileprivate func isLast(_ clientID: String, of user: UserID) -> Bool {
        people[user]?.spokeClientID == clientID || spoken[user]?.clientID == clientID
    }

    /// Milliseconds that somebody must still wait; nil: none.
    fileprivate func slowModeWait(of user: UserID, now: Timestamp) -> Int64? {
        guard let seconds = room?.settings.slowModeSeconds, seconds > 0,
            let last = [people[user]?.spokeAt, spoken[user]?.at].compactMap(\.self).max()
        else { return nil }
        let wait = last.milliseconds + seconds * 1_000 - now.milliseconds
        return wait > 0 ? wait : nil
    }
}
