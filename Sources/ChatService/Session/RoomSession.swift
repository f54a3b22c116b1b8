import Chat
import ChatLog
import Hub
import NIOCore
import WebSocket

/// One socket in one room, in the basic dialect: turns its frames into commands and answers them.
///
/// Bound to the socket's event loop.
final class RoomSession: WebSocketDelegate {
    struct Limits: Sendable {
        /// Bytes that may wait for the peer before the socket is closed as too slow.
        var outboundBudget = 1 << 20
        /// How long a peer may take to answer a close frame.
        var closeTimeout: TimeAmount = .seconds(3)
    }

    private let author: Author
    private let handle: RoomHandle
    private let log: MessageLog
    private let services: LoopServices
    private let limits: Limits
    private var outlet: Outlet?
    private var socket: WebSocketConnection?
    /// Messages whose outcome is not known yet.
    private var unsettled = 0
    private var isQuiescing = false

    init(author: Author, handle: RoomHandle, log: MessageLog, services: LoopServices, limits: Limits) {
        self.author = author
        self.handle = handle
        self.log = log
        self.services = services
        self.limits = limits
    }

    private var room: LiveRoom { handle.live }

    // MARK: WebSocketDelegate

    func webSocketOpened(_ socket: WebSocketConnection) {
        let outlet = Outlet(channel: socket.channel, budgetBytes: limits.outboundBudget) { [weak self] end in
            self?.close(end == .overBudget ? .tooSlow : .serviceError)
        }
        self.outlet = outlet
        self.socket = socket
        services.wheel.add(socket, id: outlet.id)
        let welcome = room.join(author, outlet: outlet.id, now: .now)
        // What the room is told from here on reaches this loop in a later turn, so the welcome stands before it.
        services.hub.subscribe(outlet, to: room.topic, after: welcome.position)
        socket.write(preframed: welcome.history)
        if let presence = welcome.presence { socket.write(preframed: presence) }
        socket.flush()
    }

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        do throws(ClientFrame.Refusal) {
            try perform(ClientFrame(json: text))
        } catch {
            answer(.error(error.error, ref: error.ref))
        }
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        answer(.error(.badRequest("frames are JSON text, not binary"), ref: nil))
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
        leave()
        self.socket = nil
    }

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        isQuiescing = true
        closeIfSettled()
    }

    // MARK: Commands

    private func perform(_ frame: ClientFrame) throws(ClientFrame.Refusal) {
        switch frame {
        case .message(let content, let clientID):
            do throws(ChatError) {
                try send(content, clientID: clientID)
            } catch {
                throw ClientFrame.Refusal(error: error, ref: clientID)
            }
        case .typing(let isTyping):
            room.setTyping(author.id, isTyping, now: .now)
        }
    }

    private func send(_ content: String, clientID: String?) throws(ChatError) {
        guard let outlet, let socket else { return }
        guard !isQuiescing else { throw .unavailable("the service is stopping") }
        let draft = try MessageDraft(
            roomID: room.id, author: author, content: content,
            clientID: clientID ?? MessageDraft.generatedClientID())
        unsettled += 1
        let eventLoop = socket.eventLoop
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        log.submit(draft, sender: outlet.id, hint: handle.room.lastSeqHint) { result in
            eventLoop.execute { session.value.settled(result, ref: clientID) }
        }
    }

    private func settled(_ result: Result<Acknowledgement, ChatError>, ref: String?) {
        unsettled -= 1
        switch result {
        case .success(let acknowledgement):
            if let ref { answer(.acknowledgement(acknowledgement, ref: ref)) }
        case .failure(let error):
            answer(.error(error, ref: ref))
        }
        if isQuiescing { closeIfSettled() }
    }

    private func answer(_ event: ServerEvent) {
        outlet?.write(FrameEncoder.frame(event))
        outlet?.flush()
    }

    // MARK: The end

    private func closeIfSettled() {
        if unsettled == 0 { close(.goingAway, reason: "the service is stopping") }
    }

    private func close(_ code: CloseCode, reason: String = "") {
        guard let socket else { return }
        leave()
        socket.close(code, reason: reason)
        let bound = NIOLoopBound(socket, eventLoop: socket.eventLoop)
        socket.eventLoop.scheduleTask(in: limits.closeTimeout) { bound.value.forceClose() }
    }

    /// Leaves the room; only the first call counts.
    private func leave() {
        guard let outlet else { return }
        self.outlet = nil
        services.wheel.remove(id: outlet.id)
        services.hub.unsubscribe(outlet, from: room.topic)
        room.leave(author.id, outlet: outlet.id, now: .now)
    }
}
