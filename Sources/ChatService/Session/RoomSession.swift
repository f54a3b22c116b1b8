import Chat
import ChatLog
import Hub
import NIOCore
import WebSocket

/// One socket in one room, in the basic dialect: turns its frames into commands and answers them.
///
/// Bound to the socket's event loop.
final class RoomSession: WebSocketDelegate {
    private let author: Author
    private let handle: RoomHandle
    private let log: MessageLog
    private let services: LoopServices
    private let limits: SocketLink.Limits
    private var link: SocketLink?
    /// Messages whose outcome is not known yet.
    private var unsettled = 0
    private var isQuiescing = false

    init(author: Author, handle: RoomHandle, log: MessageLog, services: LoopServices, limits: SocketLink.Limits) {
        self.author = author
        self.handle = handle
        self.log = log
        self.services = services
        self.limits = limits
    }

    private var room: LiveRoom { handle.live }

    // MARK: WebSocketDelegate

    func webSocketOpened(_ socket: WebSocketConnection) {
        let link = SocketLink(socket, services: services, limits: limits) { [weak self] code in self?.close(code) }
        self.link = link
        let welcome = room.join(author, outlet: link.outlet.id, now: .now)
        // What the room is told from here on reaches this loop in a later turn, so the welcome stands before it.
        link.subscribe(to: room.topic, after: welcome.position)
        socket.write(preframed: welcome.history)
        if let presence = welcome.presence { socket.write(preframed: presence) }
        socket.flush()
    }

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        do throws(ClientFrame.Refusal) {
            try perform(ClientFrame(json: text, dialect: .basic))
        } catch {
            link?.send(.error(error.error, ref: error.ref))
        }
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        link?.send(.error(.badRequest("frames are JSON text, not binary"), ref: nil))
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
        leave()
        link = nil
    }

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        isQuiescing = true
        closeIfSettled()
    }

    // MARK: Commands

    private func perform(_ frame: ClientFrame) throws(ClientFrame.Refusal) {
        switch frame.command {
        case .message(let message):
            do throws(ChatError) {
                try send(message.content, clientID: message.clientID)
            } catch {
                throw ClientFrame.Refusal(error: error, ref: frame.ref)
            }
        case .typing(let isTyping):
            room.setTyping(author.id, isTyping, now: .now)
        case .join, .leave, .history, .auth, .ping:
            // The basic dialect has none of them.
            throw ClientFrame.Refusal(error: .badRequest("unknown type"), ref: frame.ref)
        }
    }

    private func send(_ content: String, clientID: String?) throws(ChatError) {
        guard let link else { return }
        guard !isQuiescing else { throw .unavailable("the service is stopping") }
        let draft = try MessageDraft(
            roomID: room.id, author: author, content: content,
            clientID: clientID ?? MessageDraft.generatedClientID())
        unsettled += 1
        let eventLoop = link.socket.eventLoop
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        log.submit(draft, sender: link.outlet.id, hint: handle.room.lastSeqHint) { result in
            eventLoop.execute { session.value.settled(result, ref: clientID) }
        }
    }

    private func settled(_ result: Result<Acknowledgement, ChatError>, ref: String?) {
        unsettled -= 1
        switch result {
        case .success(let acknowledgement):
            if let ref { link?.send(.acknowledgement(acknowledgement, ref: ref)) }
        case .failure(let error):
            link?.send(.error(error, ref: ref))
        }
        if isQuiescing { closeIfSettled() }
    }

    // MARK: The end

    private func closeIfSettled() {
        if unsettled == 0 { close(.goingAway, reason: "the service is stopping") }
    }

    private func close(_ code: CloseCode, reason: String = "") {
        leave()
        link?.close(code, reason: reason)
    }

    /// Leaves the room; only the first call counts.
    private func leave() {
        guard let link, link.detach() else { return }
        link.unsubscribe(from: room.topic)
        room.leave(author.id, outlet: link.outlet.id, now: .now)
    }
}
