import Hub
import NIOCore
import NIOEmbedded
import Testing

@testable import ChatService
@testable import WebSocket

@Suite("The wheel looks after all sockets of a loop")
struct ConnectionWheelTests {
    private final class Owner: WebSocketDelegate {
        func webSocketOpened(_ socket: WebSocketConnection) {}
        func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {}
        func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {}
        func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {}
        func webSocketQuiescing(_ socket: WebSocketConnection) {}
    }

    private let channel = EmbeddedChannel()
    private let socket: WebSocketConnection
    private let wheel: ConnectionWheel
    private let link: SocketLink

    init() throws {
        socket = WebSocketConnection(
            channel: channel, configuration: WebSocketConfiguration(), asksForReads: false, delegate: Owner())
        try channel.pipeline.syncOperations.addHandler(socket)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        socket.open()
        wheel = ConnectionWheel(eventLoop: channel.eventLoop)
        let hub = try #require(Hub(group: channel.eventLoop).loopHub(on: channel.eventLoop))
        link = SocketLink(
            socket, services: LoopServices(hub: hub, wheel: wheel, sockets: OpenSockets()), limits: .init()
        ) { _ in }
    }

    /// Turns once a second until the socket is closed, at most `limit` times.
    /// - Returns: the seconds that took, or nil.
    private func turns(since start: NIODeadline, limit: Int64) -> Int64? {
        for second in 1...limit {
            wheel.turn(now: start + .seconds(second))
            if !channel.isActive { return second }
        }
        return nil
    }

    @Test("Who is silent is cut off between 20 and 30 seconds later, with 4003, whatever his place", arguments: 0..<10)
    func silence(place: Int64) throws {
        for _ in 0..<place { wheel.turn(now: socket.lastReceived) }
        let end = try #require(turns(since: socket.lastReceived, limit: 40))
        #expect((21...30).contains(end))
        var last: ByteBuffer?
        while let frame = try channel.readOutbound(as: ByteBuffer.self) { last = frame }
        #expect(last.map { Array($0.readableBytesView) } == [0x88, 2, 0x0F, 0xA3])
    }

    @Test("Who answered the last ping gets the next one; there is one every ten turns", arguments: [0, 7])
    func answers(place: Int) throws {
        for _ in 0..<place { wheel.turn(now: .now()) }
        while try channel.readOutbound(as: ByteBuffer.self) != nil {}
        var pings = 0
        for _ in 1...100 {
            // An empty pong, masked.
            try channel.writeInbound(ByteBuffer(bytes: [0x8A, 0x80, 1, 2, 3, 4]))
            wheel.turn(now: .now() + .seconds(10))
            while let frame = try channel.readOutbound(as: ByteBuffer.self) {
                if frame.getInteger(at: frame.readerIndex, as: UInt8.self) == 0x89 { pings += 1 }
            }
        }
        #expect(channel.isActive)
        #expect(pings == 10)
    }

    @Test("A peer that does not answer a close frame is cut off a second after three seconds")
    func close() {
        link.close(.goingAway)
        #expect(channel.isActive)
        wheel.turn(now: .now())
        let end = turns(since: .now(), limit: 20)
        #expect(end.map { (3...4).contains($0) } == true)
    }

    @Test("One that was taken off is visited no more")
    func removed() {
        link.detach()
        #expect(turns(since: socket.lastReceived, limit: 100) == nil)
    }
}
