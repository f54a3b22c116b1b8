import Chat
import ChatLog
import Hub
import NIOCore
import Synchronization

/// A room that somebody looks at: its newest messages, who is there, who types, and the topics by which its sockets are
/// reached.
///
/// All that changes is behind one lock, and what is told of a change is handed to the hub under that lock: so
/// everyone hears of the changes in their order, and a newcomer's snapshot is followed by exactly what came after it.
final class LiveRoom: Sendable {
    struct Limits: Sendable {
        /// Messages kept in memory.
        var recentMessages = 100
        /// Messages of the `history` frame.
        var historyFrame = 50
        /// Messages that are sent to one who comes back; who missed more begins anew.
        var resumedMessages = 1_000
        /// The most that is sent to one who comes back, in bytes; who missed more begins anew.
        var resumedBytes = 4 << 20
        /// How long more messages are kept in memory after they were needed for that.
        var resumeMemory: Duration = .seconds(60)
        var presence = RoomPresence.Limits()
        /// Messages of one person in one room in ten seconds; 0: any number.
        var floodMessages: Int64 = 0
    }

    struct State {
        var gate = DeliveryGate()
        /// The last change that was shown.
        var rev: Int64 = 0
        var recentChanges = RecentChanges()
        /// Changes of messages that are not shown yet.
        var waitingChanges: [AppliedChange] = []
        var epoch: Int64 = 0
        var firstSeq: Int64 = 1
        /// The furthest that the room's log was noted to end.
        var noted: (seq: Int64, rev: Int64) = (0, 0)
        /// In how many looks in a row the room was not in the database.
        var misses = 0
        /// The room's order was lost: nobody may come any more.
        var isEnded = false
        var recent: RecentMessages
        /// When `recent` is made small again.
        var narrowAt: ContinuousClock.Instant?
        /// The `history` frame of each dialect, until the next message.
        var historyFrames: [Dialect: ByteBuffer] = [:]
        var presence: RoomPresence
        var typing = TypingBoard()
        var reads = ReadNotices()
        var audience: RoomAudience

        /// Of what was handed to the hub last, in the order in which all hear of messages and changes: each of them moves
        /// it by one.
        var position: Int64 { (gate.delivered ?? 0) + rev }
        var cursor: Cursor { cursor(at: gate.delivered ?? 0) }
        func cursor(at seq: Int64) -> Cursor { Cursor(epoch: epoch, seq: seq, rev: rev) }
    }

    let id: RoomID
    let topics = RoomAudience.Topics()
    let limits: Limits
    /// The room as it is now, and what its people are to it.
    let access: RoomAccess
    let onMention: (@Sendable (MentionNotifier.Mention) -> Void)?
    let state: Mutex<State>

    /// - Parameter onMention: told of messages that mention somebody; must not block.
    init(
        id: RoomID, hub: Hub, limits: Limits, now: ContinuousClock.Instant,
        onMention: (@Sendable (MentionNotifier.Mention) -> Void)? = nil
    ) {
        self.id = id
        self.limits = limits
        self.onMention = onMention
        access = RoomAccess(floodMessages: limits.floodMessages)
        state = Mutex(
            State(
                recent: RecentMessages(capacity: limits.recentMessages, firstSeq: 1),
                presence: RoomPresence(limits: limits.presence, now: now),
                audience: RoomAudience(room: id, hub: hub, topics: topics)))
    }

    // MARK: Messages

    /// The room's newest messages were read, oldest first, not before the change `rev`. What was delivered meanwhile
    /// follows.
    func load(_ messages: [Message], rev: Int64 = 0, of room: Room, now: ContinuousClock.Instant = .now) {
        access.load(room)
        state.withLock { state in
            guard state.gate.delivered == nil else { return }
            state.rev = rev
            state.epoch = room.epoch
            state.firstSeq = room.firstSeq
            state.noted = (room.lastSeqHint, room.lastRevHint)
            state.recent = RecentMessages(capacity: limits.recentMessages, firstSeq: room.firstSeq)
            for message in messages { state.recent.append(message, json: message.json()) }
            access.noteShown(messages)
            show(state.gate.open(at: messages.last?.seq ?? room.firstSeq - 1), &state, now: now)
        }
    }

    var delivered: Int64? { state.withLock { $0.gate.delivered } }

    func missing(before messages: [Message]) -> ClosedRange<Int64>? {
        state.withLock { $0.gate.missing(before: messages) }
    }

    /// Shows stored messages, each once and in order, whoever brings them.
    func deliver(_ messages: [Message], now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            show(state.gate.pass(messages[...]), &state, now: now)
        }
    }

    private func show(_ messages: ArraySlice<Message>, _ state: inout State, now: ContinuousClock.Instant) {
        guard !messages.isEmpty else { return }
        var shown: [(message: Message, json: ByteBuffer)] = []
        shown.reserveCapacity(messages.count)
        for message in messages {
            let json = message.json()
            state.recent.append(message, json: json)
            shown.append((message, json))
            state.typing.set(message.userID, isTyping: false, now: now)
            announceMentions(in: message, state)
        }
        access.noteShown(messages)
        state.historyFrames = [:]
        state.audience.show(shown, position: state.position) { state.cursor(at: $0) }
        tellTyping(&state, now: now)
        showWaitingChanges(&state)
    }

    /// A page from memory, or nil when it is not all there.
    func recentPage(at position: HistoryPosition, limit: Int) -> HistoryPage? {
        state.withLock { state in
            guard state.gate.delivered != nil else { return nil }
            return state.recent.page(at: position, limit: limit).map(HistoryPage.init)
        }
    }

    // MARK: Older messages for those who come back

    /// The numbers of what is missed and not in memory; nil when all is.
    func absent(_ missed: Missed) -> ClosedRange<Int64>? {
        state.withLock { state in
            let (first, oldest): (Int64, Int64?)
            switch missed {
            case .messages(let seq): (first, oldest) = (max(seq, state.firstSeq), state.recent.oldestSeq)
            case .changes(let rev): (first, oldest) = (rev, state.recentChanges.oldestRev ?? (state.rev + 1))
            }
            guard let oldest, first < oldest else { return nil }
            return first...(oldest - 1)
        }
    }

    /// Takes older messages into memory, for a while.
    ///
    /// - Parameter rev: the last change that was shown before they were read: they may lack those after it.
    func addOlder(_ messages: [Message], readAfter rev: Int64, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            // Where it is not known what changed meanwhile, they are read again.
            guard let changed = state.recentChanges.newest(after: rev, last: state.rev) else { return }
            widen(&state, now: now)
            state.recent.prepend(messages.map { changed[$0.id] ?? $0 })
        }
    }

    /// Takes older changes into memory, for a while.
    func addOlder(_ changes: [AppliedChange], now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            widen(&state, now: now)
            state.recentChanges.prepend(changes, last: state.rev)
        }
    }

    /// More than is ever sent, so that what comes meanwhile does not push out what was just read.
    private func widen(_ state: inout State, now: ContinuousClock.Instant) {
        state.recent.resize(2 * limits.resumedMessages)
        state.recentChanges.resize(2 * limits.resumedMessages)
        state.narrowAt = now.advanced(by: limits.resumeMemory)
    }

    // MARK: Time

    /// What is due with time: typing that ends, presence that is repeated.
    func tick(now: ContinuousClock.Instant) {
        access.sweep(now: now)
        state.withLock { state in
            if let narrowAt = state.narrowAt, narrowAt <= now {
                state.narrowAt = nil
                state.recent.resize(limits.recentMessages)
                state.recentChanges.resize(RecentChanges.standardCapacity)
            }
            tellTyping(&state, now: now)
            tellReads(&state, now: now)
            if !state.audience.isEmpty { tell(state.presence.tick(now: now), state) }
        }
    }

    /// The room's order was lost: its sockets are closed and come back to what the database has now. Who is about to come
    /// is sent away (`Arrival.ended`).
    func end() {
        state.withLock { state in
            state.isEnded = true
            state.audience.end()
        }
    }

    var isEnded: Bool { state.withLock(\.isEnded) }
}
