package import Chat
import DequeModule

/// What a lane's callers and its thread share: a value, to be kept under a lock. Bounds what waits, keeps the
/// deadlines, and keeps each connection's messages in order when one of them is refused.
package struct LaneMailbox: Sendable {
    package enum Verdict: Sendable {
        /// Taken; the caller starts the lane's thread.
        case start
        case queued
        case refused(ChatError)
    }

    /// What the lane's thread takes over.
    package struct Taken: Sendable {
        var arrived: Deque<Submission> = []
        /// All that was taken over before is refused with this.
        var refusal: ChatError?
        var isStopping = false
        /// Nothing is left to do: the thread ends its job. Then, `stopped` is called.
        package var isOver = false
        package var stopped: (@Sendable () -> Void)?
    }

    private struct Open: Sendable {
        let deadline: ContinuousClock.Instant
        let ticket: SendTicket
        let interruption: Interruption?
    }

    static let stopping = ChatError.unavailable("the service is stopping")
    static let full = ChatError.unavailable("too many messages wait to be stored")
    static let interrupted = ChatError.unavailable("a message that was sent before this one was refused; send it first")
    /// How long a refused message is waited for, while what its connection sends after it is refused too.
    static let interruptionTime: Duration = .seconds(60)

    private static let maximumInterruptions = 10_000

    private let limits: WriterLane.Limits
    private var arrived: Deque<Submission> = []
    /// Every ticket that was handed out and may be unsettled, in the order of the deadlines.
    private var open: Deque<Open> = []
    /// All that was taken and not settled by the log, wherever it waits.
    private var heldCount = 0
    private var heldBytes = 0
    /// Connections of which messages were refused, and which one they are to send again first.
    private var interruptions: [SenderInRoom: (first: Interruption, until: ContinuousClock.Instant)] = [:]
    /// Of each connection the first message whose sender was told `unavailable` while it stood in the log. What came
    /// after it stands behind it there, so nothing is held up; but if anything of that is refused, this is the first that
    /// comes again.
    private var overdue: [SenderInRoom: (first: Interruption, until: ContinuousClock.Instant)] = [:]
    private var lastOrder: UInt64 = 0
    private var movedTails: [RoomID: LogTail] = [:]
    private var isDraining = false
    private var retryAt: ContinuousClock.Instant?
    private var isStopping = false
    private var stopped: (@Sendable () -> Void)?
    private var suspension: ChatError?
    private var refusal: ChatError?

    package init(limits: WriterLane.Limits) {
        self.limits = limits
    }

    // MARK: Senders

    package mutating func submit(_ submission: Submission, now: ContinuousClock.Instant) -> Verdict {
        var submission = submission
        lastOrder += 1
        submission.order = lastOrder
        if let error = refusal(of: submission, now: now) {
            interrupt(submission.interruption, now: now)
            return .refused(error)
        }
        // Whatever it is: it came again, or has been waited for long enough.
        if !interruptions.isEmpty { interruptions[submission.place] = nil }
        if !overdue.isEmpty, overdue[submission.place]?.first.key == submission.key { overdue[submission.place] = nil }
        arrived.append(submission)
        open.append(
            Open(deadline: submission.deadline, ticket: submission.ticket, interruption: submission.interruption))
        heldCount += 1
        heldBytes += submission.ticket.bytes
        return startDraining() ? .start : .queued
    }

    private mutating func refusal(of submission: Submission, now: ContinuousClock.Instant) -> ChatError? {
        if isStopping { return Self.stopping }
        if let suspension { return suspension }
        if !interruptions.isEmpty, let (first, until) = interruptions[submission.place] {
            guard first.key == submission.key || until <= now else { return Self.interrupted }
        }
        let isFull = heldCount >= limits.queuedCount || heldBytes + submission.ticket.bytes > limits.queuedBytes
        return isFull ? Self.full : nil
    }

    /// A message was refused before it came here: what its connection sends after it waits for it as for any other.
    package mutating func refused(_ key: ClientKey, at place: SenderInRoom, now: ContinuousClock.Instant) {
        lastOrder += 1
        interrupt(Interruption(place: place, key: key, order: lastOrder), now: now)
    }

    /// A message was refused for good before it came here: it is not waited for.
    package mutating func gaveUp(_ key: ClientKey, at place: SenderInRoom) {
        if interruptions[place]?.first.key == key { interruptions[place] = nil }
        if overdue[place]?.first.key == key { overdue[place] = nil }
    }

    /// The first of all messages that were refused is the one to be sent again first.
    private mutating func interrupt(_ interruption: Interruption?, now: ContinuousClock.Instant) {
        guard var interruption else { return }
        if !overdue.isEmpty, let (first, until) = overdue[interruption.place], until > now,
            first.order < interruption.order
        {
            interruption = first
        }
        if let (first, _) = interruptions[interruption.place] {
            guard interruption.order < first.order else { return }
        } else if interruptions.count >= Self.maximumInterruptions {
            // Whoever floods gets no more memory for it: the order of what he sends again is his own affair then.
            return
        }
        interruptions[interruption.place] = (interruption, now.advanced(by: Self.interruptionTime))
    }

    /// - Returns: whether the caller is to start the thread.
    private mutating func startDraining() -> Bool {
        defer { isDraining = true }
        return !isDraining
    }

    // MARK: The lane's thread

    /// What came in since the last call.
    package mutating func take(isBusy: Bool, retryAt: ContinuousClock.Instant?) -> Taken {
        var taken = Taken(refusal: refusal, isStopping: isStopping)
        self.retryAt = retryAt
        if refusal != nil {
            // What arrived since waits here until it is known whose messages were refused.
            refusal = nil
            return taken
        }
        swap(&taken.arrived, &arrived)
        if taken.arrived.isEmpty, !isBusy, retryAt == nil || !isStopping {
            taken.isOver = true
            isDraining = false
            taken.stopped = stopped
            stopped = nil
        }
        return taken
    }

    /// Notes what the lane's thread told.
    ///
    /// - Returns: messages that stand behind a refused one of the same connection, to be refused too.
    package mutating func note(_ actions: [LaneAction], now: ContinuousClock.Instant) -> [Submission] {
        var interrupted: Set<SenderInRoom> = []
        for action in actions {
            switch action {
            case .settle(let ticket, _): release(ticket)
            case .interrupted(let interruption):
                interrupted.insert(interruption.place)
                interrupt(interruption, now: now)
            case .moved(let room, let tail): movedTails[room] = tail
            case .deliver, .catchUp, .rolledBack, .roomMissing, .unreadable, .failed: break
            }
        }
        guard !interrupted.isEmpty else { return [] }
        let behind = arrived.filter { interrupted.contains($0.place) }
        arrived.removeAll { interrupted.contains($0.place) }
        for submission in behind { release(submission.ticket) }
        return Array(behind)
    }

    private mutating func release(_ ticket: SendTicket) {
        heldCount -= 1
        heldBytes -= ticket.bytes
    }

    // MARK: The service

    /// - Returns: the tickets whose deadline has passed, and whether the caller is to start the thread, since a room is
    ///   to be looked for again.
    package mutating func expire(now: ContinuousClock.Instant) -> (late: [SendTicket], starts: Bool) {
        var late: [SendTicket] = []
        while let first = open.first, first.deadline <= now || first.ticket.isSettled {
            open.removeFirst()
            late.append(first.ticket)
            if let interruption = first.interruption, !first.ticket.isSettled { isLate(interruption, now: now) }
        }
        // One that waits long keeps the settled ones behind it here.
        if open.count > 2 * heldCount + 1_000 { open.removeAll { $0.ticket.isSettled } }
        if !interruptions.isEmpty { interruptions = interruptions.filter { $0.value.until > now } }
        if !overdue.isEmpty { overdue = overdue.filter { $0.value.until > now } }
        guard let retryAt, retryAt <= now else { return (late, false) }
        return (late, startDraining())
    }

    /// It is still in the log, before what came after it; but of what was refused, it is the first.
    private mutating func isLate(_ interruption: Interruption, now: ContinuousClock.Instant) {
        let place = interruption.place
        if interruptions[place] != nil { interrupt(interruption, now: now) }
        if overdue[place] == nil, overdue.count < Self.maximumInterruptions {
            overdue[place] = (interruption, now.advanced(by: Self.interruptionTime))
        }
    }

    package mutating func takeMovedTails() -> [RoomID: LogTail] {
        defer { movedTails = [:] }
        return movedTails
    }

    /// Nothing is written until `resume`; what waits is refused.
    ///
    /// - Returns: messages to be refused at once, and whether the caller is to start the thread, which refuses the
    ///   others.
    package mutating func suspend(_ error: ChatError, now: ContinuousClock.Instant) -> (
        refused: [Submission], starts: Bool
    ) {
        suspension = error
        refusal = error
        let refused = Array(arrived)
        arrived = []
        for submission in refused {
            release(submission.ticket)
            interrupt(submission.interruption, now: now)
        }
        return (refused, startDraining())
    }

    package mutating func resume() {
        suspension = nil
    }

    package enum Stop: Sendable {
        /// Nothing is left.
        case over
        /// `stopped` will be called; the caller starts the thread.
        case start
        /// `stopped` will be called.
        case underWay
    }

    /// Takes nothing more. `stopped` is called when nothing is left, unless that is so already.
    package mutating func stop(_ stopped: @escaping @Sendable () -> Void) -> Stop {
        isStopping = true
        guard isDraining || heldCount > 0 else { return .over }
        self.stopped = stopped
        return startDraining() ? .start : .underWay
    }
}
