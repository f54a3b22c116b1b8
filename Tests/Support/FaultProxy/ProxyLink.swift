import NIOCore
import NIOPosix

/// One connection through a proxy: its two ends and what flows between them. Bound to the proxy's event loop.
final class ProxyLink {
    private let client: any Channel
    private let clientEnd = ProxyEnd()
    private var target: (any Channel)?
    private var streams: [ProxyStream] = []
    private var faults: ProxyFaults
    private let onEnd: (_ wasCut: Bool) -> Void
    private var wasCut = false

    /// - Parameter onEnd: called once, when both ends are closed, with whether a fault of the proxy broke it in the
    ///   middle.
    init(client: any Channel, faults: ProxyFaults, onEnd: @escaping (_ wasCut: Bool) -> Void) throws {
        self.client = client
        self.faults = faults
        self.onEnd = onEnd
        try client.pipeline.syncOperations.addHandler(clientEnd)
    }

    /// Opens the other end; bytes flow from then on. When nobody is there, the client's end is closed.
    func connect(to port: Int, _ options: FaultProxy.Options) {
        var bootstrap = ClientBootstrap(group: client.eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
        if let receiveBufferBytes = options.receiveBufferBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBufferBytes))
        }
        bootstrap.connect(host: "127.0.0.1", port: port).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let target) where self.client.isActive:
                self.join(target, options.tap)
            case .success(let target):
                target.close(promise: nil)
                self.onEnd(false)
            case .failure:
                self.client.close(promise: nil)
                self.onEnd(false)
            }
        }
    }

    func apply(_ faults: ProxyFaults) {
        self.faults = faults
        for stream in streams { stream.apply(faults) }
    }

    /// Closes both ends, whatever still waits.
    func cut() {
        client.close(promise: nil)
        target?.close(promise: nil)
    }

    private func join(_ target: any Channel, _ tap: CommandTap?) {
        self.target = target
        let targetEnd = ProxyEnd()
        let cutInTheMiddle = { [self] in
            wasCut = true
            cut()
        }
        let toTarget = ProxyStream(.toTarget, from: client, to: target, onCut: cutInTheMiddle)
        let toClient = ProxyStream(.toClient, from: target, to: client, onCut: cutInTheMiddle)
        if let tap {
            var commands = CommandStream()
            toTarget.onReceive = { bytes in tap.note(commands.read(bytes)) }
            toClient.onReceive = { bytes in tap.noteAnswer(bytes.readableBytes) }
        }
        streams = [toTarget, toClient]
        clientEnd.connect(inbound: toTarget, outbound: toClient)
        targetEnd.connect(inbound: toClient, outbound: toTarget)
        client.closeFuture.and(target.closeFuture).assumeIsolated().whenComplete { _ in
            self.streams = []
            self.onEnd(self.wasCut)
        }
        do {
            try target.pipeline.syncOperations.addHandler(targetEnd)
        } catch {
            return cut()
        }
        apply(faults)
    }
}
