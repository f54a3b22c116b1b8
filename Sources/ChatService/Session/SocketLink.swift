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
        /// The largest frame of a client, in bytes.
        var maximumFrameBytes = 131_072
        /// Frames a second that a client may send, on average; 0: any number.
        var framesPerSecond = 100
        /// Rooms on one socket.
        var maximumRooms = 500
    }

    let socket: WebSocketConnection
    let outlet: Outlet
    private let services: LoopServices
    private let onVisit: (NIODeadline) -> Void
    private var isAttached = true

    /// - Parameters:
    ///   - onVisit: called every ten seconds, on the loop.
    ///   - onEnd: called at most once, when the hub gives the connection up.
    init(
        _ socket: WebSocketConnection, services: LoopServices, limits: Limits,
        onVisit: @escaping (NIODeadline) -> Void = { _ in }, onEnd: @escaping (CloseCode) -> Void
    ) {
        self.socket = socket
        self.services = services
        self.onVisit = onVisit
        outlet = Outlet(channel: socket.channel, budgetBytes: limits.outboundBudget) { end in
            onEnd(end == .overBudget ? .tooSlow : .serviceError)
        }
        services.wheel.add(self)
        services.sockets.opened()
    }

    deinit {
        services.sockets.closed()
    }

    var eventLoop: any EventLoop { socket.eventLoop }

    func subscribe(to topic: Topic, after position: Int64) {
        services.hub.subscribe(outlet, to: topic, after: position)
    }

    func unsubscribe(from topic: Topic) {
        services.hub.unsubscribe(outlet, from: topic)
    }

    /// Nothing is sent behind a close frame (RFC 6455, section 5.5.1).
    func send(_ frames: ByteBuffer) {
        guard socket.isOpen else { return }
        outlet.write(frames)
        outlet.flush()
    }

    /// Sends what one who comes to a room gets first; see `Outlet.writeSnapshot`.
    func sendSnapshot(_ frames: ByteBuffer) {
        guard socket.isOpen else { return }
        outlet.writeSnapshot(frames)
        outlet.flush()
    }

    /// Says goodbye. A peer that does not answer is cut off.
    func close(_ code: CloseCode, reason: String = "") {
        guard isAttached else { return }
        // First, since the goodbye may fail and so end the socket at once: behind that, nobody would take it off the wheel.
        services.wheel.expectClose(self)
        socket.close(code, reason: reason)
    }

    /// Looks after the socket: pings it, cuts it off when its peer is gone.
    func visit(now: NIODeadline) {
        if let since = socket.closingSince {
            if now - since > ConnectionWheel.closeTimeout { socket.forceClose() }
        } else if now - socket.lastReceived > ConnectionWheel.silence {
            // The peer is not there to answer a close frame, so nothing is waited for.
            socket.close(.noPong)
            socket.forceClose()
        } else {
            socket.sendPing()
            onVisit(now)
        }
    }

    /// The socket is closed: it is no longer looked after.
    func detach() {
        guard isAttached else { return }
        isAttached = false
        services.wheel.remove(self)
    }
}
