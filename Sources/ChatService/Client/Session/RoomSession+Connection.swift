extension RoomSession {
    mutating func connect(_ actions: inout [SessionAction]) {
        state = .connecting
        actions.append(.connect(cursor: cursor))
    }

    mutating func opened(now: Int64) {
        state = .joining(since: now)
        heard(now: now)
    }

    mutating func heard(now: Int64) {
        lastHeard = now
        pingSentAt = nil
    }

    /// The history has come: the room is ours.
    mutating func joined(now: Int64, _ actions: inout [SessionAction]) {
        if hasJoinedOnce, state != .joined { actions.append(.show(.information("connected again"))) }
        state = .joined
        hasJoinedOnce = true
        failedAttempts = 0
        offlineSince = nil
        resendCommands(&actions)
    }

    mutating func disconnected(_ end: ConnectionEnd, now: Int64, _ actions: inout [SessionAction]) {
        switch state {
        case .idle, .waiting, .ended:
            return
        case .connecting, .joining, .joined:
            break
        }
        let wasJoined = state == .joined
        outbox.disconnected()
        roster.disconnected()
        pingSentAt = nil
        typingSentAt = nil
        if offlineSince == nil { offlineSince = now }
        if let (status, reason) = Self.finalReason(end) {
            actions.append(.show(.failure(reason)))
            return self.end(status, &actions)
        }
        failedAttempts += 1
        let wait = Backoff.jittered(
            Backoff.milliseconds(
                attempt: failedAttempts, first: Self.firstWaitMilliseconds, longest: Self.longestWaitMilliseconds),
            fraction: randomFraction())
        state = .waiting(until: now + max(wait, Self.askedWait(end)))
        if wasJoined || failedAttempts == 1 {
            actions.append(.show(.information("\(Self.describe(end)), trying again …")))
        }
    }

    /// The server's own wish, at most a minute.
    private static func askedWait(_ end: ConnectionEnd) -> Int64 {
        guard case .refused(_, _, let wait?) = end else { return 0 }
        return min(max(wait, 0), 60_000)
    }

    /// What makes it useless to come back with the same request.
    private static func finalReason(_ end: ConnectionEnd) -> (SessionExit, String)? {
        switch end {
        case .unreachable, .closed(nil):
            return nil
        case .refused(let status, let message, _):
            switch status {
            case 401, 403: return (.notPermitted, "not let in: \(message)")
            case 408, 425, 429: return nil
            case 300..<500: return (.unavailable, "refused: \(message)")
            default: return nil
            }
        case .closed(let reason?):
            let text = reason.reason.isEmpty ? "code \(reason.code)" : "\(reason.reason) (code \(reason.code))"
            switch reason.code {
            case 4500...4999: return (.notPermitted, "the server closed the connection for good: \(text)")
            case 1002, 1003, 1007, 1008, 1009, 1010:
                return (.unavailable, "the server did not accept what was sent: \(text)")
            default: return nil
            }
        }
    }

    private static func describe(_ end: ConnectionEnd) -> String {
        switch end {
        case .closed(let reason?) where !reason.reason.isEmpty: "disconnected: \(reason.reason)"
        case .closed: "disconnected"
        case .refused(let status, let message, _): "no connection (status \(status): \(message))"
        case .unreachable(let message): "no connection (\(message))"
        }
    }

    /// What is due at this time.
    mutating func checkTimes(now: Int64, _ actions: inout [SessionAction]) {
        if let offlineSince, let patience = settings.patienceMilliseconds, now - offlineSince >= patience,
            state != .ended
        {
            actions.append(.show(.failure("no connection for \(patience / 1_000) seconds, giving up")))
            return end(.unavailable, &actions)
        }
        if let ownMessage, now >= ownMessage.until { self.ownMessage = nil }
        switch state {
        case .idle, .connecting, .ended:
            break
        case .waiting(let until):
            if now >= until { connect(&actions) }
        case .joining(let since):
            if now - since >= Self.answerMilliseconds { abandon(now: now, &actions) }
        case .joined:
            checkLife(now: now, &actions)
            checkTyping(now: now, &actions)
            roster.expireTyping(now: now)
        }
    }

    private mutating func checkLife(now: Int64, _ actions: inout [SessionAction]) {
        let silence = now - lastHeard
        let isDead =
            silence >= Self.silenceMilliseconds || outbox.isOverdue(now: now, answerLimit: Self.answerMilliseconds)
        if isDead {
            abandon(now: now, &actions)
        } else if silence >= Self.pingMilliseconds, pingSentAt == nil {
            pingSentAt = now
            actions.append(.ping)
        }
    }

    /// Cuts a dead connection off. Until that is answered nothing more is sent on it.
    private mutating func abandon(now: Int64, _ actions: inout [SessionAction]) {
        actions.append(.abandon)
        heard(now: now)
        outbox.disconnected()
        state = .joining(since: now)
    }

    mutating func flush(now: Int64, _ actions: inout [SessionAction]) {
        guard state == .joined else { return }
        for entry in outbox.takeSendable(now: now) {
            let isPlain = entry.replyTo == nil && entry.threadID == nil
            actions.append(
                .send(
                    isPlain
                        ? .message(content: entry.content, clientID: entry.clientID)
                        : .reply(
                            content: entry.content, clientID: entry.clientID, replyTo: entry.replyTo,
                            threadID: entry.threadID)))
        }
    }
}
