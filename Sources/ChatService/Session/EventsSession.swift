import Chat
import Hub
import NIOCore
import WebSocket

/// A read-only socket that hears of everything in one room. It makes nobody a member and nobody online.
///
/// Bound to the socket's event loop.
final class EventsSession: WebSocketDelegate {
    private let handle: RoomHandle
    private let services: LoopServices
    private let limits: RoomSession.Limits
    private var outlet: Outlet?
    private var socket: WebSocketConnection?

    init(handle: RoomHandle, services: LoopServices, limits: RoomSession.Limits) {
        self.handle = handle
        self.services = services
        self.limits = limits
    }

    func webSocketOpened(_ socket: WebSocketConnection) {
        let outlet = Outlet(channel: socket.channel, budgetBytes: limits.outboundBudget) { [weak self] end in
            self?.close(end == .overBudget ? .tooSlow : .serviceError)
        }
        self.outlet = outlet
        self.socket = socket
        services.wheel.add(socket, id: outlet.id)
        services.hub.subscribe(outlet, to: handle.live.eventsTopic, after: handle.live.addEventListener())
    }

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        refuse()
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        refuse()
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
        leave()
        self.socket = nil
    }

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        close(.goingAway)
    }

    private func refuse() {
        outlet?.write(FrameEncoder.frame(.error(.badRequest("this socket only reads"), ref: nil)))
        outlet?.flush()
    }

    private func close(_ code: CloseCode) {
        guard let socket else { return }
        leave()
        socket.close(code)
        let bound = NIOLoopBound(socket, eventLoop: socket.eventLoop)
        socket.eventLoop.scheduleTask(in: limits.closeTimeout) { bound.value.forceClose() }
    }

    private func leave() {
        guard let outlet else { return }
        self.outlet = nil
        services.wheel.remove(id: outlet.id)
        services.hub.unsubscribe(outlet, from: handle.live.eventsTopic)
        handle.live.removeEventListener()
    }
}
