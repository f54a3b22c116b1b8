import Hub
import NIOCore
import WebSocket

/// A session's hold on its socket: the way out, the place on the wheel, and the orderly end.
///
/// Bound to the socket's event loop; it lives until the socket is closed.
final class SocketLink {
    struct Limits: Sendable {
        /// Bytes that may wait for the peer before the socket is closed as too slow.
        var outboundBudget = 1 << 20
        /// How long a peer may take to answer a close frame.
        var closeTimeout: TimeAmount = .seconds(3)
    }

    let socket: WebSocketConnection
    let outlet: Outlet
    private let services: LoopServices
    private let limits: Limits
    private var isAttached = true

    /// - Parameter onEnd: called at most once, when the hub gives the connection up.
    init(
        _ socket: WebSocketConnection, services: LoopServices, limits: Limits, onEnd: @escaping (CloseCode) -> Void
    ) {
        self.socket = socket
        self.services = services
        self.limits = limits
        outlet = Outlet(channel: socket.channel, budgetBytes: limits.outboundBudget) { end in
            onEnd(end == .overBudget ? .tooSlow : .serviceError)
        }
        services.wheel.add(socket, id: outlet.id)
        services.sockets.opened()
    }

    deinit {
        services.sockets.closed()
    }

    func subscribe(to topic: Topic, after position: Int64) {
        services.hub.subscribe(outlet, to: topic, after: position)
    }

    func unsubscribe(from topic: Topic) {
        services.hub.unsubscribe(outlet, from: topic)
    }

    /// Nothing is sent behind a close frame (RFC 6455, section 5.5.1).
    func send(_ event: ServerEvent) {
        guard socket.isOpen else { return }
        outlet.write(FrameEncoder.frame(event))
        outlet.flush()
    }

    /// Says goodbye; a peer that does not answer is cut off.
    func close(_ code: CloseCode, reason: String = "") {
        socket.close(code, reason: reason)
        let bound = NIOLoopBound(socket, eventLoop: socket.eventLoop)
        socket.eventLoop.scheduleTask(in: limits.closeTimeout) { bound.value.forceClose() }
    }

    /// The socket is over or about to be: it is no longer pinged.
    /// - Returns: false when that was done before.
    func detach() -> Bool {
        guard isAttached else { return false }
        isAttached = false
        services.wheel.remove(id: outlet.id)
        return true
    }
}
