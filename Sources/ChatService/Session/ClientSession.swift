import Auth
import BSON
import Chat
import ChatLog
import DequeModule
import Hub
import NIOCore
import WebSocket

/// One client's socket, for one room or for many: turns its frames into commands and answers them.
///
/// Bound to the socket's event loop.
final class ClientSession: WebSocketDelegate {
    /// What the socket's address asked for.
    enum Scope {
        case room(RoomHandle, ResumePoint)
        case rooms
    }

    let services: SessionServices
    let dialect: Dialect
    let scope: Scope
    let author: Author
    /// Whether the team's own application speaks.
    var isTrusted: Bool { identity.isTrusted }
    /// As of the newest token.
    var identity: Identity
    /// Seconds since 1970 at which the token ends.
    var expiresAt: Int64?
    var isWarnedOfExpiry = false
    private(set) var link: SocketLink?
    /// The place in the room of a socket for one room.
    private var seat: RoomSeat?
    /// The places of a socket for many rooms, and the rooms that are being opened for it.
    var seats: [RoomID: RoomSeat] = [:]
    /// Each with the number of its join: one that was left and joined again is another.
    var joining: [RoomID: UInt64] = [:]
    var lastJoin: UInt64 = 0
    private var allowance: FrameAllowance
    /// Messages and changes whose outcome is not known yet.
    var unsettled = 0
    /// Messages that wait for one before them whose references are looked up.
    var heldMessages: Deque<HeldMessage> = []
    var isLookingUp = false
    /// `read` frames that wait until it is known how far the user was.
    var waitingReads: [RoomID: [(frame: ClientFrame, seq: Int64)]] = [:]
    /// Requests that wait for the database.
    private var pendingRequests = 0
    var isQuiescing = false
    /// When something last came that a person does, and whether that is long ago.
    var lastActive = NIODeadline.now()
    var isIdle = false

    private static let maximumPendingRequests = 16

    init(_ identity: Identity, dialect: Dialect, scope: Scope, services: SessionServices) {
        self.author = Author(id: identity.userID, username: identity.username)
        self.identity = identity
        self.expiresAt = identity.expiresAt
        self.dialect = dialect
        self.scope = scope
        self.services = services
        allowance = FrameAllowance(framesPerSecond: services.limits.framesPerSecond)
    }

    // MARK: WebSocketDelegate

    func webSocketOpened(_ socket: WebSocketConnection) {
        let link = SocketLink(socket, services: services.loop, limits: services.limits) { [weak self] now in
            self?.checkExpiry(now: .now)
            self?.checkIdleness(now: now)
        } onEnd: { [weak self] code in
            self?.close(code)
        }
        self.link = link
        lastActive = .now()
        services.people.connect(author.id)
        if dialect == .second { services.sockets.add(link, of: author.id, form: .frame) }
        follow(link)
        switch scope {
        case .rooms:
            send(.hello(hello(link)))
        case .room(let handle, let point):
            let seat = makeSeat(handle, link)
            self.seat = seat
            seat.enter(from: point) { [weak self] welcome in
                self?.greet(welcome, from: point, in: handle.live)
            } failed: { [weak self] error in
                self?.send(.error(error, ref: nil))
                self?.close(.serviceError, reason: error.message)
            } expelled: { [weak self] expulsion in
                self?.close(expulsion.code, reason: expulsion.reason)
            }
        }
    }

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        let wait = allowance.take(now: socket.lastReceived)
        do throws(ClientFrame.Refusal) {
            let frame = try ClientFrame(json: text, dialect: dialect)
            if let wait { return refuse(frame, until: wait) }
            noteActivity(frame, at: socket.lastReceived)
            do throws(ChatError) {
                try perform(frame)
            } catch {
                answer(.error(error, ref: frame.ref), to: frame)
            }
        } catch {
            send(.error(error.error, ref: error.ref), room: error.room)
        }
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        guard allowance.take(now: socket.lastReceived) == nil else { return closeIfFlooding() }
        send(.error(.badRequest("frames are JSON text, not binary"), ref: nil))
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
        leaveAll()
        if let link {
            if dialect == .second { services.sockets.remove(link.outlet.id, of: author.id) }
            services.people.disconnect(author.id)
            services.admission.sessions.remove(link.outlet.id, of: identity)
        }
        link?.detach()
        link = nil
    }

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        isQuiescing = true
        closeIfSettled()
    }

    /// So that all of the user's sockets can be ended.
    private func follow(_ link: SocketLink) {
        let eventLoop = link.eventLoop
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        services.admission.sessions.add(link.outlet.id, of: identity) { code in
            eventLoop.execute { session.value.close(code) }
        }
    }

    private func refuse(_ frame: ClientFrame, until wait: TimeAmount) {
        let milliseconds = max(wait.nanoseconds / 1_000_000, 1)
        answer(
            .error(.rateLimited("too many frames", retryAfterMilliseconds: milliseconds), ref: frame.ref), to: frame)
        closeIfFlooding()
    }

    private func closeIfFlooding() {
        if allowance.excess > FrameAllowance.patience { close(.rateLimited) }
    }

    // MARK: Commands

    private func perform(_ frame: ClientFrame) throws(ChatError) {
        switch frame.command {
        case .message(let message): try submit(message, in: seat(for: frame), ref: frame.ref)
        case .typing(let isTyping): try seat(for: frame).setTyping(isTyping)
        case .join(let cursor): try join(frame, cursor: cursor)
        case .leave: try leave(frame)
        case .history(let before, let limit): try history(frame, before: before, limit: limit)
        case .auth(let token): try renew(token, frame)
        case .ping: send(.pong(ref: frame.ref))
        case .edit(let id, let content, let mentions): try edit(id, content, mentions, frame)
        case .delete(let id, let reason): try change(id, .delete, reason: reason, frame)
        case .reaction(let id, let reaction, let isAdded):
            try change(id, isAdded ? .addReaction(reaction) : .removeReaction(reaction), frame)
        case .moderate(let moderation): try moderate(moderation, frame)
        case .report(let id, let reason): try report(id, reason, frame)
        case .pin(let id, let isAdded): try change(id, isAdded ? .pin : .unpin, frame)
        case .read(let seq): try read(to: seq, frame)
        case .status(let status): try setStatus(status, frame)
        }
    }

    /// The place in the room that the frame is about.
    func seat(for frame: ClientFrame) throws(ChatError) -> RoomSeat {
        switch scope {
        case .room:
            guard let seat, frame.room == nil || frame.room == seat.id else {
                throw .badRequest("room_id is not this socket's room")
            }
            return seat
        case .rooms:
            guard let id = frame.room else { throw .badRequest("room_id is missing") }
            guard let seat = seats[id] else { throw .badRequest("this socket has not joined the room") }
            return seat
        }
    }

    /// Runs what waits for the database, of which a client may have only so much under way.
    func request<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(ChatError) -> Value,
        outcome: @escaping (Result<Value, ChatError>) -> Void
    ) throws(ChatError) {
        guard pendingRequests < Self.maximumPendingRequests else {
            throw .rateLimited("too many requests are under way", retryAfterMilliseconds: 1_000)
        }
        pendingRequests += 1
        services.perform(body) { result in
            self.pendingRequests -= 1
            outcome(result)
        }
    }

    // MARK: Answers

    /// - Parameter room: named in the second dialect.
    func send(_ event: ServerEvent, room: RoomID? = nil, cursor: String? = nil) {
        link?.send(FrameEncoder.frame(event, room: dialect == .second ? room : nil, cursor: cursor))
    }

    func send(snapshot frames: ByteBuffer) { link?.sendSnapshot(frames) }

    func answer(_ event: ServerEvent, to frame: ClientFrame) {
        send(event, room: frame.room ?? seat?.id)
    }

    func makeSeat(_ handle: RoomHandle, _ link: SocketLink) -> RoomSeat {
        RoomSeat(handle: handle, author: author, dialect: dialect, link: link, services: services)
    }

    private func greet(_ welcome: Welcome, from point: ResumePoint, in live: LiveRoom) {
        guard let link else { return }
        let room = live.id
        // One who comes back is still where he was: if this socket breaks now, he has missed as much as before.
        let cursor = if case .cursor(let cursor) = point { cursor } else { welcome.cursor }
        if dialect == .second { send(.hello(hello(link)), room: room, cursor: cursor.text(in: room)) }
        send(snapshot: welcome.frames)
        welcomeNewcomer(to: live)
    }

    /// Behind the past of a room: what it says to those who come for the first time. The basic dialect has no word for it.
    func welcomeNewcomer(to room: LiveRoom) {
        guard dialect == .second, let text = room.access.takeWelcome(of: author.id) else { return }
        send(.welcome(text), room: room.id)
    }

    private func hello(_ link: SocketLink) -> ServerEvent.Hello {
        ServerEvent.Hello(
            connectionID: link.outlet.id, user: author.id,
            heartbeatMilliseconds: Int64(ConnectionWheel.visits) * ConnectionWheel.interval.nanoseconds / 1_000_000,
            maximumFrameBytes: services.limits.maximumFrameBytes, maximumRooms: services.limits.maximumRooms,
            expiresAt: expiresAt.map { Timestamp(milliseconds: $0 * 1_000) })
    }

    // MARK: The end

    func closeIfSettled() {
        guard unsettled == 0 else { return }
        close(dialect == .second ? .shutdown : .goingAway, reason: "the service is stopping")
    }

    func close(_ code: CloseCode, reason: String = "") {
        leaveAll()
        guard let link else { return }
        if dialect == .second {
            send(.closing(code: code.rawValue, retryAfterMilliseconds: code.retryAfterMilliseconds))
        }
        link.close(code, reason: reason)
    }

    private func leaveAll() {
        seat?.leave()
        for seat in seats.values { seat.leave() }
        seats = [:]
        joining = [:]
        heldMessages = []
    }
}

extension CloseCode {
    /// When a client may come back, spread so that not all come at once; nil when it is to stay away.
    fileprivate var retryAfterMilliseconds: Int64? {
        switch self {
        case .shutdown: .random(in: 500...5_000)
        case .rateLimited: 10_000
        default: (4_000...4_499).contains(rawValue) ? .random(in: 0...1_000) : nil
        }
    }
}
