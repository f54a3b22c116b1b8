package import Chat
import DequeModule

/// How those who wait are answered.
extension RoomLog {
    static let reusedClientID = ChatError.conflict("another message was sent with this client_id")
    static let timedOut = ChatError.unavailable("the message could not be stored in time; send it again")

    /// Gives up what waited too long; not while something is in flight.
    package mutating func dropExpired(now: ContinuousClock.Instant, _ actions: inout [LaneAction]) {
        // All wait equally long, so the first is the first to be late.
        guard let first = waiting.first, first.deadline <= now else { return }
        drop(before: now, behind: [], &actions)
    }

    /// Gives up what waited too long, and what these senders queued.
    ///
    /// Whoever's message is given up loses what the same connection queued behind it: else a later message
    /// would stand before an earlier one that is sent again.
    mutating func drop(
        before now: ContinuousClock.Instant?, behind senders: Set<UInt64>, _ actions: inout [LaneAction]
    ) {
        var senders = senders
        var rest: Deque<Submission> = []
        for submission in waiting {
            let isLate = now.map { submission.deadline <= $0 } ?? false
            if isLate || senders.contains(submission.sender) {
                refuse(submission, with: Self.timedOut, &senders, &actions)
            } else {
                rest.append(submission)
            }
        }
        waiting = rest
    }

    /// Refuses all that waits; not while something is in flight.
    package mutating func refuseAll(_ error: ChatError, _ actions: inout [LaneAction]) {
        var senders: Set<UInt64> = []
        let refused = waiting
        waiting = []
        for submission in refused { refuse(submission, with: error, &senders, &actions) }
    }

    mutating func settle(
        _ submission: Submission, asStoredIn message: Message, isOurs: Bool, _ actions: inout [LaneAction]
    ) {
        actions.append(submission.answer(asStoredIn: message, isDuplicate: !isOurs))
        guard let echoes = pending.removeValue(forKey: submission.key) else { return }
        for echo in echoes { actions.append(echo.answer(asStoredIn: message, isDuplicate: true)) }
    }

    /// - Parameter senders: those who were told `unavailable` are added.
    mutating func refuse(
        _ submission: Submission, with error: ChatError, _ senders: inout Set<UInt64>, _ actions: inout [LaneAction]
    ) {
        submission.refuse(with: error, &senders, &actions)
        guard let echoes = pending.removeValue(forKey: submission.key) else { return }
        for echo in echoes {
            // What is wrong with one message says nothing of another one.
            let isSame = echo.draft.digest == submission.draft.digest
            echo.refuse(with: isSame ? error : Self.timedOut, &senders, &actions)
        }
    }
}

extension Submission {
    fileprivate func answer(asStoredIn message: Message, isDuplicate: Bool) -> LaneAction {
        // A message of an older database has no digest and is taken for the same.
        guard message.digest == nil || message.digest == draft.digest else {
            return .settle(ticket, .failure(RoomLog.reusedClientID))
        }
        return .settle(ticket, .success(Acknowledgement(message, isDuplicate: isDuplicate)))
    }

    fileprivate func refuse(
        with error: ChatError, _ senders: inout Set<UInt64>, _ actions: inout [LaneAction]
    ) {
        actions.append(.settle(ticket, .failure(error)))
        guard error.code == .unavailable else { return }
        senders.insert(sender)
        if let interruption { actions.append(.interrupted(interruption)) }
    }
}
