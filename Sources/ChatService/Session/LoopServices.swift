import Hub
import NIOCore

/// What the connections of one event loop share.
struct LoopServices: Sendable {
    let hub: LoopHub
    let wheel: ConnectionWheel
    let sockets: OpenSockets
}

/// The services of every event loop.
final class LoopServiceMap: Sendable {
    let byLoop: [ObjectIdentifier: LoopServices]
    /// Of all loops.
    let sockets = OpenSockets()

    init(group: any EventLoopGroup, hub: Hub) {
        var byLoop: [ObjectIdentifier: LoopServices] = [:]
        for eventLoop in group.makeIterator() {
            guard let loopHub = hub.loopHub(on: eventLoop) else { continue }
            byLoop[ObjectIdentifier(eventLoop)] = LoopServices(
                hub: loopHub, wheel: ConnectionWheel(eventLoop: eventLoop), sockets: sockets)
        }
        self.byLoop = byLoop
    }

    func start() {
        for services in byLoop.values { services.wheel.start() }
    }

    func stop() {
        for services in byLoop.values { services.wheel.stop() }
    }
}
