import Chat
import NIOCore
import WebSocket

/// A read-only socket that hears of everything in one room. It makes nobody a member and nobody online.
///
/// Bound to the socket's event loop.
final class EventsSession: WebSocketDelegate {
    private let handle: RoomHandle
    private let services: LoopServices
    private let limits: SocketLink.Limits
    private var link: SocketLink?

    init(handle: RoomHandle, services: LoopServices, limits: SocketLink.Limits) {
        self.handle = handle
        self.services = services
        self.limits = limits
    }

    func webSocketOpened(_ socket: WebSocketConnection) {
        let link = SocketLink(socket, services: services, limits: limits) { [weak self] code in self?.close(code) }
        self.link = link
        link.subscribe(to: handle.live.eventsTopic, after: handle.live.addEventListener())
    }

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        refuse()
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        refuse()
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
        leave()
        link = nil
    }

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        close(.goingAway)
    }

    private func refuse() {
        link?.send(.error(.badRequest("this socket only reads"), ref: nil))
    }

    private func close(_ code: CloseCode) {
        leave()
        link?.close(code)
    }

    private func leave() {
        guard let link, link.detach() else { return }
        link.unsubscribe(from: handle.live.eventsTopic)
        handle.live.removeEventListener()
    }
}
