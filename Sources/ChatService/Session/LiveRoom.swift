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
        /// In a larger room presence is told as a count.
        var presenceList = 100
        /// Presence is repeated at least so often.
        var presenceInterval: Duration = .seconds(10)
        /// How often a large room's count is told at most.
        var presenceCountInterval: Duration = .seconds(1)
        /// Users whose membership is remembered, so that coming again costs no write.
        var rememberedMembers = 10_000
    }

    private struct State {
        var gate = DeliveryGate()
        var recent: RecentMessages
        /// The `history` frame, until the next message.
        var historyFrame: ByteBuffer?
        var online = OnlineUsers()
        var typing = TypingBoard()
        var members: Set<Author> = []
        var eventListeners = 0
        var presenceToldAt: ContinuousClock.Instant
        var presenceChanged = false
    }

    let id: RoomID
    /// Sockets of the basic dialect.
    let topic = Topic()
    /// Sockets of `/chat/{room_id}/events`.
    let eventsTopic = Topic()

    private let limits: Limits
    private let hub: Hub
    private let state: Mutex<State>

    init(id: RoomID, hub: Hub, limits: Limits, now: ContinuousClock.Instant) {
        self.id = id
        self.hub = hub
        self.limits = limits
        state = Mutex(
            State(recent: RecentMessages(capacity: limits.recentMessages, firstSeq: 1), presenceToldAt: now))
    }

    // MARK: Messages

    /// The room's newest messages were read, oldest first. What was delivered meanwhile follows.
    func load(_ messages: [Message], firstSeq: Int64, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            guard state.gate.delivered == nil else { return }
            state.recent = RecentMessages(capacity: limits.recentMessages, firstSeq: firstSeq)
            for message in messages { state.recent.append(message, json: message.json()) }
            show(state.gate.open(at: messages.last?.seq ?? firstSeq - 1), &state, now: now)
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

    /// A page from memory, or nil when it is not all there.
    func recentPage(at position: HistoryPosition, limit: Int) -> HistoryPage? {
        state.withLock { state in
            guard state.gate.delivered != nil else { return nil }
            return state.recent.page(at: position, limit: limit).map(HistoryPage.init)
        }
    }

    private func show(_ messages: ArraySlice<Message>, _ state: inout State, now: ContinuousClock.Instant) {
        guard let last = messages.last else { return }
        var frames = ByteBuffer()
        var events = ByteBuffer()
        for message in messages {
            let json = message.json()
            state.recent.append(message, json: json)
            FrameEncoder.append(text: json, to: &frames)
            if state.eventListeners > 0 { FrameEncoder.append(event: .message(message), to: &events) }
            state.typing.set(message.userID, isTyping: false, now: now)
        }
        state.historyFrame = nil
        hub.publish(Broadcast(topic: topic, frames: frames, position: last.seq))
        if state.eventListeners > 0 {
            hub.publish(Broadcast(topic: eventsTopic, frames: events, position: last.seq))
        }
        tellTyping(&state, now: now)
    }

    // MARK: People

    /// A socket came. Tells the others, and returns what the newcomer gets first.
    func join(_ author: Author, outlet: Outlet.ID, now: ContinuousClock.Instant) -> Welcome {
        state.withLock { state in
            let isFirst = state.online.add(outlet, of: author.id)
            let welcome = welcome(&state, presence: isFirst && !isLarge(state) ? nil : presence(state, withUsers: true))
            if isFirst {
                tell(.system(notice(.joined, author.id)), &state)
                presenceChanged(&state, now: now)
            }
            return welcome
        }
    }

    /// A socket of the room closed.
    func leave(_ user: UserID, outlet: Outlet.ID, now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.online.remove(outlet, of: user) else { return }
            state.typing.set(user, isTyping: false, now: now)
            tell(.system(notice(.left, user)), &state)
            presenceChanged(&state, now: now)
            tellTyping(&state, now: now)
        }
    }

    func setTyping(_ user: UserID, _ isTyping: Bool, now: ContinuousClock.Instant) {
        state.withLock { state in
            state.typing.set(user, isTyping: isTyping, now: now)
            tellTyping(&state, now: now)
        }
    }

    /// An events socket came; returns the position after which its messages follow.
    func addEventListener() -> Int64 {
        state.withLock { state in
            state.eventListeners += 1
            return state.gate.delivered ?? 0
        }
    }

    func removeEventListener() {
        state.withLock { $0.eventListeners -= 1 }
    }

    func isKnownMember(_ author: Author) -> Bool {
        state.withLock { $0.members.contains(author) }
    }

    func rememberMember(_ author: Author) {
        state.withLock { state in
            if state.members.count >= limits.rememberedMembers { state.members = [] }
            state.members.insert(author)
        }
    }

    /// The room's order was lost: its sockets are closed and come back to what the database has now.
    func end() {
        hub.end(topic)
        hub.end(eventsTopic)
    }

    /// What is due with time: typing that ends, presence that is repeated.
    func tick(now: ContinuousClock.Instant) {
        state.withLock { state in
            tellTyping(&state, now: now)
            guard state.online.count > 0 || state.eventListeners > 0 else { return }
            let pause = state.presenceChanged ? limits.presenceCountInterval : limits.presenceInterval
            if now >= state.presenceToldAt.advanced(by: pause) { tellPresence(&state, now: now) }
        }
    }

    // MARK: Telling

    private func isLarge(_ state: State) -> Bool { state.online.count > limits.presenceList }

    private func welcome(_ state: inout State, presence: ServerEvent?) -> Welcome {
        let history = state.historyFrame ?? FrameEncoder.frame(.history(state.recent.newest(limits.historyFrame)))
        state.historyFrame = history
        return Welcome(
            history: history, position: state.gate.delivered ?? 0, presence: presence.map { FrameEncoder.frame($0) })
    }

    private func presenceChanged(_ state: inout State, now: ContinuousClock.Instant) {
        state.presenceChanged = true
        if !isLarge(state) || now >= state.presenceToldAt.advanced(by: limits.presenceCountInterval) {
            tellPresence(&state, now: now)
        }
    }

    private func tellPresence(_ state: inout State, now: ContinuousClock.Instant) {
        state.presenceToldAt = now
        state.presenceChanged = false
        tell(presence(state, withUsers: !isLarge(state)), &state, isEphemeral: true)
    }

    private func presence(_ state: State, withUsers: Bool) -> ServerEvent {
        .presence(users: withUsers ? state.online.users : nil, count: state.online.count)
    }

    private func notice(_ kind: ServerEvent.Notice.Kind, _ user: UserID) -> ServerEvent.Notice {
        ServerEvent.Notice(kind: kind, user: user, timestamp: .now)
    }

    private func tell(_ event: ServerEvent, _ state: inout State, isEphemeral: Bool = false) {
        hub.publish(Broadcast(topic: topic, frames: FrameEncoder.frame(event), isEphemeral: isEphemeral))
        tellListeners(event, state, isEphemeral: isEphemeral)
    }

    private func tellListeners(_ event: ServerEvent, _ state: State, isEphemeral: Bool) {
        guard state.eventListeners > 0 else { return }
        var frame = ByteBuffer()
        FrameEncoder.append(event: event, to: &frame)
        hub.publish(Broadcast(topic: eventsTopic, frames: frame, isEphemeral: isEphemeral))
    }

    private func tellTyping(_ state: inout State, now: ContinuousClock.Instant) {
        guard let notice = state.typing.takeNotice(now: now) else { return }
        var special: Set<Outlet.ID> = []
        for user in notice.special {
            let outlets = state.online.outlets(of: user)
            special.formUnion(outlets)
            guard let list = notice.list(for: user), !outlets.isEmpty else { continue }
            hub.publish(
                Broadcast(
                    topic: topic, frames: FrameEncoder.frame(.typing(list)), isEphemeral: true,
                    recipients: .only(outlets)))
        }
        let frame = FrameEncoder.frame(.typing(notice.typing))
        hub.publish(Broadcast(topic: topic, frames: frame, isEphemeral: true, recipients: .allExcept(special)))
        tellListeners(.typing(notice.typing), state, isEphemeral: true)
    }
}
