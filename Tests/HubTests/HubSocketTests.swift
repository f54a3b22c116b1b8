import Hub
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// The hub over real sockets of several event loops.
@Suite struct HubSocketTests {
    @Test("Every connection of every loop gets each caller's frames in the order of his calls, each once")
    func orderOverLoops() async throws {
        try await SocketFixture.run(loops: 3, connections: 6, budget: 1 << 20) { fixture in
            let (hub, topic) = (fixture.hub, fixture.topic)
            await withTaskGroup { group in
                for caller in ["a", "b"] {
                    group.addTask {
                        for number in 0..<500 {
                            hub.publish(Broadcast(topic: topic, frames: ByteBuffer(string: "\(caller)\(number);")))
                        }
                    }
                }
            }
            hub.end(topic)
            for client in fixture.clients {
                let frames = try await client.received.get().split(separator: ";")
                for caller in ["a", "b"] {
                    #expect(frames.filter { $0.hasPrefix(caller) } == (0..<500).map { "\(caller)\($0)" })
                }
            }
            #expect(fixture.ends.all.map(\.reason) == Array(repeating: .topicEnded, count: 6))
        }
    }

    @Test("A peer that reads nothing is given up at its budget; the others get everything")
    func slowReader() async throws {
        let budget = 200_000
        let frame = ByteBuffer(repeating: UInt8(ascii: "x"), count: 8_000)
        try await SocketFixture.run(loops: 1, connections: 3, budget: budget) { fixture in
            try await fixture.clients[0].channel.setOption(.autoRead, value: false).get()
            var published = 0
            // Two thousand frames are more than any kernel holds for a socket with buffers this small.
            while fixture.ends.all.isEmpty, published < 2_000 {
                fixture.hub.publish(Broadcast(topic: fixture.topic, frames: frame))
                published += 1
                // One turn for each frame, as the hub would write many in one.
                try await fixture.loop.submit {}.get()
            }
            let ends = fixture.ends.all
            #expect(ends.map(\.reason) == [.overBudget])
            #expect(ends.allSatisfy { (budget - 8_000...budget).contains($0.waitingBytes) })
            fixture.hub.end(fixture.topic)
            for client in fixture.clients.dropFirst() {
                #expect(try await client.received.get().utf8.count == published * 8_000)
            }
        }
    }
}

/// A server whose connections subscribe to one topic and are closed when the hub gives them up, and its clients.
private struct SocketFixture {
    struct Client {
        let channel: any Channel
        /// All it got, when the server has closed.
        let received: EventLoopFuture<String>
    }

    /// What became of connections.
    final class Ends: Sendable {
        struct End: Sendable {
            let reason: Outlet.End
            let waitingBytes: Int
        }

        private let ends = Mutex<[End]>([])

        var all: [End] { ends.withLock(\.self) }
        func add(_ end: End) { ends.withLock { $0.append(end) } }
    }

    let hub: Hub
    let topic: Topic
    let ends: Ends
    /// The loop of all connections, when there is one.
    let loop: any EventLoop
    let clients: [Client]

    static func run(
        loops: Int, connections: Int, budget: Int, _ body: (SocketFixture) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let hub = Hub(group: group)
        let (topic, ends) = (Topic(), Ends())
        let (subscriptions, subscribed) = AsyncStream<Void>.makeStream()
        let server = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 16_384)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let loopHub = try #require(hub.loopHub(on: channel.eventLoop))
                    let outlet = Outlet(channel: channel, budgetBytes: budget) { reason in
                        let waiting = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
                        ends.add(.init(reason: reason, waitingBytes: waiting ?? -1))
                        switch reason {
                        case .overBudget: channel.close(promise: nil)
                        // Behind all that was written before.
                        case .topicEnded:
                            channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
                        }
                    }
                    loopHub.subscribe(outlet, to: topic)
                    subscribed.yield()
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        var clients: [Client] = []
        var arrivals = subscriptions.makeAsyncIterator()
        for _ in 0..<connections {
            clients.append(try await client(group: group, port: server.localAddress?.port ?? 0))
            await arrivals.next()
        }
        let fixture = SocketFixture(hub: hub, topic: topic, ends: ends, loop: group.next(), clients: clients)
        do {
            try await body(fixture)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await server.close()
        try await group.shutdownGracefully()
    }

    private static func client(group: MultiThreadedEventLoopGroup, port: Int) async throws -> Client {
        let received = group.next().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.socketOption(.so_rcvbuf), value: 16_384)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return Client(channel: channel, received: received.futureResult)
    }
}

/// Gathers what a client receives until the server closes.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var bytes = ByteBuffer()
    private let received: EventLoopPromise<String>

    init(_ received: EventLoopPromise<String>) {
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        received.succeed(String(buffer: bytes))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
