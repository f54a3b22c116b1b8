package import BSON
package import Chat
import DequeModule

/// One room's log on this node, as a value: events in, actions out, no I/O.
///
/// It keeps the end of the room's log as far as the majority acknowledged it, and writes `seq` n+1 only after
/// it saw n acknowledged. So of any number of processes that append to the room, one gets each number, none leaves
/// a hole, and the others learn of it by the unique index (the *fenced append* of docs/architecture.md).
///
/// Whoever drives it asks `step`, does what it says, and reports what came of it. Events that others are to hear of add
/// to the `actions` that they are given.
package struct RoomLog: Sendable {
    /// What is to be done next.
    package enum Step: Hashable, Sendable {
        case idle
        /// Read the end of the log and report it with `tailRead`.
        case readTail(hint: Int64)
        /// Look whether the primary still has this message, and report it with `verified`.
        case verify(LogTail)
        /// Give the room a new epoch and report it with `epochRaised`.
        case raiseEpoch
        /// Look for messages with these keys and report them with `found`.
        case lookUp([ClientKey])
        /// Take a batch with `assign`.
        case write
    }

    /// What is known of the log's end.
    private enum End {
        /// It must be read.
        case unknown
        /// It was read, but what was acknowledged before may be gone.
        case unverified(LogTail)
        /// It was read, and what was acknowledged before is gone.
        case rolledBack(LogTail)
        /// The last acknowledged message.
        case known(LogTail)
    }

    package let roomID: RoomID
    private var end = End.unknown
    /// The furthest message that this process saw acknowledged, or showed; nil while it knows of none.
    private var acknowledged: LogTail?
    /// Whether the database may have been replaced by an older state of itself since `acknowledged` was seen.
    private var isDoubtful = true
    private let hint: Int64

    var waiting: Deque<Submission> = []
    var inFlight: [(submission: Submission, message: Message)] = []
    /// Keys of all that waits or is in flight, with those who sent something under the same key meanwhile.
    var pending: [ClientKey: [Submission]] = [:]

    /// - Parameter hint: where the log was last noted to end; may be too low or too high.
    package init(roomID: RoomID, hint: Int64) {
        self.roomID = roomID
        self.hint = hint
    }

    /// The last acknowledged message; nil when it must be read again.
    package var tail: LogTail? {
        if case .known(let tail) = end { tail } else { nil }
    }

    package var isIdle: Bool { waiting.isEmpty && inFlight.isEmpty }

    /// Whether a batch can be taken at once.
    package var isReady: Bool { tail != nil && waiting.first?.mayBeStored == false }

    package var step: Step {
        guard let first = waiting.first else { return .idle }
        switch end {
        case .unknown: return .readTail(hint: max(acknowledged?.seq ?? 0, acknowledged?.id == nil ? hint : 0))
        case .unverified: return .verify(acknowledged ?? .empty)
        case .rolledBack: return .raiseEpoch
        case .known:
            // Doubtful ones were taken back from a batch, so they stand in front.
            return first.mayBeStored ? .lookUp(waiting.prefix(while: \.mayBeStored).map(\.key)) : .write
        }
    }

    // MARK: Events

    /// A message came in. One with the same `client_id` while the first is under way is answered when it is known what
    /// is stored under that id: it may be neither of the two.
    package mutating func submit(_ submission: Submission) {
        if pending[submission.key]?.append(submission) == nil {
            pending[submission.key] = []
            waiting.append(submission)
        }
    }

    /// The end of the log was read from the primary.
    /// - Parameter shown: the last message that this process showed to somebody, however it learned of it.
    package mutating func tailRead(_ read: LogTail, shown: Int64?, _ actions: inout [LaneAction]) {
        if let shown, shown > acknowledged?.seq ?? 0 { acknowledged = LogTail(seq: shown, id: nil) }
        if mustVerify(read) {
            end = .unverified(read)
        } else {
            accept(read, &actions)
        }
    }

    /// The answer to `verify`.
    package mutating func verified(isThere: Bool, _ actions: inout [LaneAction]) {
        guard case .unverified(let read) = end, let acknowledged else { return }
        if isThere {
            // The majority is not yet known to have what it has: the read was behind. Of a message that was only shown
            // here the id is not known, and might be another now: then the fence decides what may be written.
            accept(read.seq < acknowledged.seq && acknowledged.id != nil ? acknowledged : read, &actions)
        } else {
            end = .rolledBack(read)
        }
    }

    /// The room has a new epoch.
    package mutating func epochRaised(_ actions: inout [LaneAction]) {
        guard case .rolledBack(let read) = end else { return }
        actions.append(.rolledBack(roomID, from: acknowledged?.seq ?? 0, to: read.seq))
        accept(read, &actions)
    }

    /// The answer to `lookUp`: what of it is stored already is settled, the rest may be written.
    package mutating func found(_ messages: [Message], _ actions: inout [LaneAction]) {
        let stored = Dictionary(
            messages.map { (ClientKey(userID: $0.userID, clientID: $0.clientID), $0) },
            uniquingKeysWith: { first, _ in first })
        var rest: [Submission] = []
        while var submission = waiting.first, submission.mayBeStored {
            waiting.removeFirst()
            if let message = stored[submission.key] {
                let isOurs = submission.attempts.contains(message.id)
                settle(submission, asStoredIn: message, isOurs: isOurs, &actions)
            } else {
                submission.mayBeStored = false
                rest.append(submission)
            }
        }
        waiting.prepend(contentsOf: rest)
        // It was stored after the end was read, and whoever looks at the room has not been shown it.
        if let tail, let last = messages.max(by: { $0.seq < $1.seq }), last.seq > tail.seq {
            accept(LogTail(seq: last.seq, id: last.id), &actions)
        }
    }

    /// Numbers the next messages, which go into flight.
    ///
    /// - Parameters:
    ///   - maximumCount: at most so many.
    ///   - maximumBytes: at most about so many bytes, but one message in any case.
    ///   - nextID: makes ids that are greater than all that were made or seen.
    /// - Returns: the messages, and about how many bytes they take.
    package mutating func assign(
        maximumCount: Int, maximumBytes: Int, now: ContinuousClock.Instant, nextID: () -> ObjectID,
        _ actions: inout [LaneAction]
    ) -> (messages: [Message], bytes: Int) {
        guard let tail, inFlight.isEmpty else { return ([], 0) }
        dropExpired(now: now, &actions)
        var messages: [Message] = []
        var bytes = 0
        while messages.count < maximumCount, let first = waiting.first {
            let size = first.draft.estimatedBytes
            if bytes + size > maximumBytes, !messages.isEmpty { break }
            bytes += size
            let message = first.draft.message(id: nextID(), seq: tail.seq + Int64(messages.count) + 1)
            messages.append(message)
            inFlight.append((waiting.removeFirst(), message))
        }
        return (messages, bytes)
    }

    /// The first `count` of those in flight are stored and acknowledged.
    package mutating func stored(_ count: Int, _ actions: inout [LaneAction]) {
        let done = inFlight.prefix(count)
        guard let last = done.last?.message else { return }
        let tail = LogTail(seq: last.seq, id: last.id)
        end = .known(tail)
        acknowledged = tail
        for (submission, message) in done { settle(submission, asStoredIn: message, isOurs: true, &actions) }
        actions.append(.deliver(roomID, done.map(\.message)))
        actions.append(.moved(roomID, tail))
        inFlight.removeFirst(done.count)
    }

    /// The first of those in flight was refused; none behind it was tried.
    package mutating func refused(_ refusal: AppendOutcome.Refusal, _ actions: inout [LaneAction]) {
        switch refusal {
        case .invalid(let reason):
            guard !inFlight.isEmpty else { return }
            let bad = inFlight.removeFirst().submission
            takeBack(mayBeStored: false)
            var senders: Set<UInt64> = []
            refuse(bad, with: .badRequest("the message cannot be stored: \(reason)"), &senders, &actions)
            if !senders.isEmpty { drop(before: nil, behind: senders, &actions) }
        case .duplicate:
            // Which index refused does not matter: after a fresh look at the end of the log and at the client ids of
            // the batch, each case is settled.
            takeBack(mayBeStored: true)
            end = .unknown
        }
    }

    /// Those in flight were not tried, since another room's message was refused before them.
    package mutating func notTried() {
        takeBack(mayBeStored: false)
    }

    /// Nothing is known of what is in flight, and what was known of the log's end may be wrong.
    package mutating func outcomeUnknown() {
        takeBack(mayBeStored: true)
        end = .unknown
        isDoubtful = true
    }

    // MARK: Parts

    /// Whether the end that was read may mean that something acknowledged is gone. A longer log does only when the
    /// database may be another: it may have been set back and have grown past the old end.
    private func mustVerify(_ read: LogTail) -> Bool {
        guard let acknowledged, acknowledged.seq > 0, acknowledged != read else { return false }
        if read.seq < acknowledged.seq { return true }
        guard acknowledged.id != nil else { return false }
        return read.seq == acknowledged.seq || isDoubtful
    }

    private mutating func accept(_ read: LogTail, _ actions: inout [LaneAction]) {
        end = .known(read)
        acknowledged = read
        isDoubtful = false
        actions.append(.catchUp(roomID, through: read.seq))
    }

    private mutating func takeBack(mayBeStored: Bool) {
        for (var submission, message) in inFlight.reversed() {
            if mayBeStored {
                submission.mayBeStored = true
                submission.attempts.append(message.id)
            }
            waiting.prepend(submission)
        }
        inFlight = []
    }
}

extension MessageDraft {
    fileprivate func message(id: ObjectID, seq: Int64) -> Message {
        Message(
            id: id, roomID: roomID, seq: seq, userID: author.id, username: author.username, content: content,
            timestamp: Timestamp(milliseconds: id.milliseconds), clientID: clientID, digest: digest,
            details: details)
    }
}
