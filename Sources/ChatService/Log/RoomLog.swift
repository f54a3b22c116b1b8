package import BSON
package import Chat
import DequeModule

/// One room's log on this node, as a value: events in, actions out, no I/O.
///
/// It keeps the end of the room's log as far as the majority acknowledged it, and writes `seq` n+1 only after
/// it saw n acknowledged. So of any number of processes that append to the room, one gets each number, none leaves
/// a hole, and the others learn of it by the unique index (the *fenced append* of docs/architecture.md).
///
/// Whoever drives it asks `step`, does what it says, and reports what came of it.
package struct RoomLog: Sendable {
    /// What is to be done next.
    package enum Step: Hashable, Sendable {
        case idle
        /// Read the end of the log and report it with `tailRead`.
        case readTail(hint: Int64)
        /// Look for messages with these keys and report them with `found`.
        case lookUp([ClientKey])
        /// Take a batch with `assign`.
        case write
    }

    /// What is to be told to others.
    package enum Action: Sendable {
        case settle(SendTicket, Result<Acknowledgement, ChatError>)
        /// Stored messages, in order.
        case deliver([Message])
        /// The log reaches up to here: what of it was not delivered is to be read and delivered.
        case catchUp(through: Int64)
        /// The log is shorter than what was acknowledged before: a restored backup or a rolled-back primary.
        case rolledBack(from: Int64, to: Int64)
    }

    package let roomID: RoomID
    /// The last acknowledged message; nil when it must be read again.
    package private(set) var tail: LogTail?

    private var acknowledgedSeq: Int64
    private var waiting: Deque<Submission> = []
    private var inFlight: [(submission: Submission, message: Message)] = []
    /// Keys of all that waits or is in flight, with those who sent something under the same key meanwhile.
    private var pending: [ClientKey: [(ticket: SendTicket, digest: MessageDigest)]] = [:]

    package init(roomID: RoomID, hint: Int64) {
        self.roomID = roomID
        self.acknowledgedSeq = hint
        self.isHintOnly = true
    }

    /// Until a tail was read, `acknowledgedSeq` is somebody's note and may be too high.
    private var isHintOnly: Bool

    package var isIdle: Bool { waiting.isEmpty && inFlight.isEmpty }

    package var step: Step {
        if waiting.isEmpty { return .idle }
        if tail == nil { return .readTail(hint: acknowledgedSeq) }
        // Doubtful ones were taken back from a batch, so they stand in front.
        let doubtful = waiting.prefix(while: \.mayBeStored)
        return doubtful.isEmpty ? .write : .lookUp(doubtful.map(\.key))
    }

    // MARK: Events

    /// A message came in. One with the same `client_id` while the first is under way is answered when it is known what
    /// is stored under that id: it may be neither of the two.
    package mutating func submit(_ submission: Submission) {
        let key = submission.key
        if pending[key] != nil {
            pending[key]?.append((submission.ticket, submission.draft.digest))
        } else {
            pending[key] = []
            waiting.append(submission)
        }
    }

    /// The end of the log was read from the primary.
    package mutating func tailRead(_ read: LogTail) -> [Action] {
        var actions: [Action] = []
        if read.seq < acknowledgedSeq, !isHintOnly {
            actions.append(.rolledBack(from: acknowledgedSeq, to: read.seq))
        }
        isHintOnly = false
        acknowledgedSeq = read.seq
        tail = read
        actions.append(.catchUp(through: read.seq))
        return actions
    }

    /// The answer to `lookUp`: what of it is stored already is settled, the rest may be written.
    package mutating func found(_ messages: [Message]) -> [Action] {
        let stored = Dictionary(
            messages.map { (ClientKey(userID: $0.userID, clientID: $0.clientID), $0) },
            uniquingKeysWith: { first, _ in first })
        var actions: [Action] = []
        var rest: Deque<Submission> = []
        for var submission in waiting {
            if submission.mayBeStored, let message = stored[submission.key] {
                actions += settle(submission, asStoredIn: message)
            } else {
                submission.mayBeStored = false
                rest.append(submission)
            }
        }
        waiting = rest
        // It was stored after the end was read: whoever looks at the room has not been shown it.
        if let tail, let last = messages.map(\.seq).max(), last > tail.seq { actions.append(.catchUp(through: last)) }
        return actions
    }

    /// Numbers the next messages and takes them into flight.
    ///
    /// - Parameters:
    ///   - maximumCount: at most so many.
    ///   - maximumBytes: at most about so many bytes, but one message in any case.
    ///   - nextID: makes ids that are greater than all that were made or seen.
    package mutating func assign(
        maximumCount: Int, maximumBytes: Int, now: ContinuousClock.Instant, nextID: () -> ObjectID
    ) -> (messages: [Message], actions: [Action]) {
        guard let tail, inFlight.isEmpty else { return ([], []) }
        let actions = dropExpired(now: now)
        var bytes = 0
        var seq = tail.seq
        while inFlight.count < maximumCount, let first = waiting.first {
            bytes += first.estimatedBytes
            if bytes > maximumBytes, !inFlight.isEmpty { break }
            var submission = waiting.removeFirst()
            seq += 1
            let message = submission.draft.message(id: nextID(), seq: seq)
            submission.attempts.append(message.id)
            inFlight.append((submission, message))
        }
        return (inFlight.map(\.message), actions)
    }

    /// The first `count` of those in flight are stored and acknowledged.
    package mutating func stored(_ count: Int) -> [Action] {
        let done = inFlight.prefix(count)
        guard let last = done.last?.message else { return [] }
        inFlight.removeFirst(done.count)
        tail = LogTail(seq: last.seq, id: last.id)
        acknowledgedSeq = last.seq
        var actions = done.flatMap { settle($0.submission, asStoredIn: $0.message) }
        actions.append(.deliver(done.map(\.message)))
        return actions
    }

    /// The first of those in flight was refused; none behind it was tried.
    package mutating func refused(_ refusal: AppendOutcome.Refusal) -> [Action] {
        switch refusal {
        case .invalid(let reason):
            guard !inFlight.isEmpty else { return [] }
            let bad = inFlight.removeFirst().submission
            notTried()
            return refuse(bad, with: .badRequest("the message cannot be stored: \(reason)"))
        case .duplicate:
            // Which index refused does not matter: after a fresh look at the end of the log and at the client ids of
            // the batch, each case is settled.
            takeBack(mayBeStored: true)
            tail = nil
            return []
        }
    }

    /// Those in flight were not tried, since another room's message was refused before them.
    package mutating func notTried() {
        takeBack(mayBeStored: false)
    }

    /// Nothing is known of what is in flight, and what was known of the log's end may be wrong.
    package mutating func outcomeUnknown() {
        takeBack(mayBeStored: true)
        tail = nil
    }

    /// Refuses all that waits: the service stops.
    package mutating func refuseAll(_ error: ChatError) -> [Action] {
        takeBack(mayBeStored: true)
        let refused = waiting
        waiting = []
        return refused.flatMap { refuse($0, with: error) }
    }

    // MARK: Parts

    static let reusedClientID = ChatError.conflict("another message was sent with this client_id")
    static let timedOut = ChatError.unavailable("the message could not be stored in time; send it again")

    private mutating func takeBack(mayBeStored: Bool) {
        for (submission, _) in inFlight.reversed() {
            var submission = submission
            submission.mayBeStored = submission.mayBeStored || mayBeStored
            waiting.prepend(submission)
        }
        inFlight = []
    }

    /// Gives up what waited too long; not while something is in flight.
    ///
    /// Whoever's message is given up loses what the same connection queued behind it: else a later message
    /// would stand before an earlier one that is sent again.
    mutating func dropExpired(now: ContinuousClock.Instant) -> [Action] {
        // All wait equally long, so the first is the first to be late.
        guard let first = waiting.first, first.deadline <= now else { return [] }
        var late: Set<UInt64> = []
        var actions: [Action] = []
        var rest: Deque<Submission> = []
        for submission in waiting {
            if submission.deadline <= now || late.contains(submission.sender) {
                late.insert(submission.sender)
                actions += refuse(submission, with: Self.timedOut)
            } else {
                rest.append(submission)
            }
        }
        waiting = rest
        return actions
    }

    private mutating func settle(_ submission: Submission, asStoredIn message: Message) -> [Action] {
        func answer(_ ticket: SendTicket, _ digest: MessageDigest, isDuplicate: Bool) -> Action {
            // A message of an older database has no digest and is taken for the same.
            guard message.digest == nil || message.digest == digest else {
                return .settle(ticket, .failure(Self.reusedClientID))
            }
            return .settle(ticket, .success(Acknowledgement(message, isDuplicate: isDuplicate)))
        }
        let isOurs = submission.attempts.contains(message.id)
        let echoes = pending.removeValue(forKey: submission.key) ?? []
        return [answer(submission.ticket, submission.draft.digest, isDuplicate: !isOurs)]
            + echoes.map { answer($0.ticket, $0.digest, isDuplicate: true) }
    }

    private mutating func refuse(_ submission: Submission, with error: ChatError) -> [Action] {
        let echoes = pending.removeValue(forKey: submission.key) ?? []
        return [.settle(submission.ticket, .failure(error))]
            + echoes.map { echo in
                // What is wrong with one message says nothing of another one.
                .settle(echo.ticket, .failure(echo.digest == submission.draft.digest ? error : Self.timedOut))
            }
    }
}

extension MessageDraft {
    fileprivate func message(id: ObjectID, seq: Int64) -> Message {
        Message(
            id: id, roomID: roomID, seq: seq, userID: author.id, username: author.username, content: content,
            timestamp: Timestamp(milliseconds: id.milliseconds), clientID: clientID, digest: digest)
    }
}
