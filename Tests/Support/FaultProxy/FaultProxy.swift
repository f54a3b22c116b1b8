package import NIOCore
internal import NIOPosix

/// A TCP proxy that fails on command: it cuts, stalls, delays, refuses and breaks connections off in the middle.
///
/// It listens on a free port of 127.0.0.1 and forwards to a port of 127.0.0.1. Faults hold for the connections that are
/// there and for later ones, until ``heal()``. A MongoDB driver that goes through it needs `directConnection=true` in
/// its connection string: else it may learn the server's own address and go around the proxy. Everything runs on one
/// event loop; ends with ``stop()`` or with the last reference.
package final class FaultProxy: Sendable {
    package struct Options: Sendable {
        /// The kernel's receive buffer (`SO_RCVBUF`) towards the target: small, so that a stall is felt at once there.
        package var receiveBufferBytes: Int?

        /// Told of all bytes towards the target, each connection's in order.
        package var tap: CommandTap?

        package init(receiveBufferBytes: Int? = nil, tap: CommandTap? = nil) {
            self.receiveBufferBytes = receiveBufferBytes
            self.tap = tap
        }
    }

    /// Bound to the event loop.
    private final class State {
        var target: Int
        var faults = ProxyFaults()
        var links: [ObjectIdentifier: ProxyLink] = [:]
        /// How many connections were cut since the start.
        var cuts = 0

        init(target: Int) {
            self.target = target
        }

        func cutAll() {
            cuts += links.count
            // A link that ends takes itself out.
            for link in Array(links.values) { link.cut() }
        }
    }

    /// Where it listens.
    package let port: Int
    private let listener: any Channel
    private let state: NIOLoopBoundBox<State>

    private init(port: Int, listener: any Channel, state: NIOLoopBoundBox<State>) {
        self.port = port
        self.listener = listener
        self.state = state
    }

    deinit {
        Self.close(listener, state)
    }

    /// - Parameter target: the port to forward to.
    package static func start(target: Int, options: Options = Options()) async throws -> FaultProxy {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let state = NIOLoopBoundBox.makeBoxSendingValue(State(target: target), eventLoop: eventLoop)
        let listener = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture { try accept(client, state, options) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FaultProxy(port: listener.localAddress?.port ?? 0, listener: listener, state: state)
    }

    // MARK: Faults

    /// Closes every connection, now; later ones are served.
    package func cut() async {
        await onLoop { $0.cutAll() }
    }

    /// Takes connections and bytes, and forwards nothing: neither bytes nor ends. ``heal()`` sends on what was held.
    package func stall(_ direction: ProxyDirection) async {
        await set { $0.stalled = direction }
    }

    /// Every byte comes so much later, in its order.
    package func delay(_ time: TimeAmount) async {
        await set { $0.delay = time }
    }

    /// Cuts the connections and closes each later one as soon as it is there.
    package func refuse() async {
        await set { $0.isRefusing = true }
        await cut()
    }

    /// Forwards so many bytes more of each connection in this direction, then cuts it: with 0 towards the client, a
    /// request is carried out and its reply is lost.
    package func cut(afterBytes count: Int, _ direction: ProxyDirection) async {
        await set { faults in
            faults.allowance = count
            faults.limited = direction
        }
    }

    /// Takes all faults back.
    package func heal() async {
        await set { $0 = ProxyFaults() }
    }

    /// Forwards later connections to another port.
    package func retarget(to port: Int) async {
        await onLoop { $0.target = port }
    }

    // MARK: Looking

    /// Connections that are open at either side.
    package var connectionCount: Int {
        get async { await onLoop { $0.links.count } }
    }

    /// Connections that were cut since the start.
    package var cutCount: Int {
        get async { await onLoop { $0.cuts } }
    }

    /// Takes nothing more and closes every connection.
    package func stop() async {
        try? await listener.close()
        await cut()
    }

    // MARK: Parts

    private func set(_ change: @escaping @Sendable (inout ProxyFaults) -> Void) async {
        await onLoop { state in
            change(&state.faults)
            for link in Array(state.links.values) { link.apply(state.faults) }
        }
    }

    private func onLoop<T: Sendable>(_ body: @escaping @Sendable (State) -> T) async -> T {
        let state = state
        return await withCheckedContinuation { continuation in
            listener.eventLoop.execute { continuation.resume(returning: body(state.value)) }
        }
    }

    private static func accept(
        _ client: any Channel, _ state: NIOLoopBoundBox<State>, _ options: Options
    ) throws {
        let key = ObjectIdentifier(client)
        guard !state.value.faults.isRefusing else { return client.close(promise: nil) }
        let link = try ProxyLink(client: client, faults: state.value.faults) { wasCut in
            state.value.links[key] = nil
            if wasCut { state.value.cuts += 1 }
        }
        state.value.links[key] = link
        link.connect(to: state.value.target, options)
    }

    private static func close(_ listener: any Channel, _ state: NIOLoopBoundBox<State>) {
        listener.close(promise: nil)
        listener.eventLoop.execute { state.value.cutAll() }
    }
}
