import Auth
import Chat
import Hub
import NIOCore
import WebSocket

/// A read-only socket that hears of everything in one room. It makes nobody a member and nobody online.
///
/// Bound to the socket's event loop.
final class EventsSession: WebSocketDelegate {
    private let handle: RoomHandle
    private let user: UserID
    private let identity: Identity
    private let expiresAt: Int64?
    private let services: SessionServices
    private var link: SocketLink?
    private var isListening = false
    private var allowance: FrameAllowance

    init(handle: RoomHandle, identity: Identity, services: SessionServices) {
        self.handle = handle
        self.identity = identity
        user = identity.userID
        expiresAt = identity.expiresAt
        self.services = services
        allowance = FrameAllowance(framesPerSecond: services.limits.framesPerSecond)
    }

    func webSocketOpened(_ socket: WebSocketConnection) {
        let link = SocketLink(socket, services: services.loop, limits: services.limits) { [weak self] _ in
            guard let self, let expiresAt, expiresAt * 1_000 <= Timestamp.now.milliseconds else { return }
            close(.tokenExpired)
        } onEnd: { [weak self] code in
            self?.close(code)
        }
        self.link = link
        let eventLoop = link.eventLoop
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let expulsion = handle.live.access.attach(user, link.outlet.id, asMember: false) { expulsion in
            eventLoop.execute { session.value.close(expulsion.code, reason: expulsion.reason) }
        }
        services.admission.sessions.add(link.outlet.id, of: identity) { code in
            eventLoop.execute { session.value.close(code) }
        }
        if let expulsion { return close(expulsion.code, reason: expulsion.reason) }
        guard let position = handle.live.addEventListener() else {
            handle.live.access.detach(user, link.outlet.id)
            return close(.serviceError, reason: "the room is loaded anew")
        }
        isListening = true
        services.sockets.add(link, of: user, form: .event)
        link.subscribe(to: handle.live.topics.events, after: position)
    }

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        refuse(socket)
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        refuse(socket)
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
        leave()
        if let link {
            services.sockets.remove(link.outlet.id, of: user)
            services.admission.sessions.remove(link.outlet.id, of: identity)
        }
        link?.detach()
        link = nil
    }

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        close(.goingAway)
    }

    private func refuse(_ socket: WebSocketConnection) {
        guard allowance.take(now: socket.lastReceived) == nil else {
            if allowance.excess > FrameAllowance.patience { close(.rateLimited) }
            return
        }
        link?.send(FrameEncoder.frame(.error(.badRequest("this socket only reads"), ref: nil)))
    }

    private func close(_ code: CloseCode, reason: String = "") {
        leave()
        link?.close(code, reason: reason)
    }

    private func leave() {
        guard isListening else { return }
        isListening = false
        if let link { handle.live.access.detach(user, link.outlet.id) }
        link?.unsubscribe(from: handle.live.topics.events)
        handle.live.removeEventListener()
    }
}
