import NIOCore
import NIOPosix

/// A TCP client that sends exact bytes and reads what comes back; used by one task.
final class RawClient {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel
    private var received = ByteBuffer()

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        channel: any Channel
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.channel = channel
    }

    static func connected(to port: Int, _ body: (RawClient) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound: inbound, outbound: outbound, channel: channel.channel))
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await self.outbound.write(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await self.send(Array(text.utf8))
    }

    func send(_ frames: ClientFrame...) async throws {
        try await self.send(frames.flatMap(\.bytes))
    }

    func closeOutput() async throws {
        try await self.channel.close(mode: .output)
    }

    struct UnexpectedEnd: Error {}

    /// Waits for more bytes.
    /// - Returns: false at the end of the stream, or when the connection was reset.
    private func readMore() async throws -> Bool {
        do {
            guard var bytes = try await self.inbound.next() else { return false }
            self.received.writeBuffer(&bytes)
            return true
        } catch is IOError {
            return false
        }
    }

    /// The head of a response, up to its empty line.
    func receiveHead() async throws -> String {
        while true {
            let text = String(buffer: self.received)
            if let end = text.firstRange(of: "\r\n\r\n") {
                self.received.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
                return String(text[..<end.lowerBound])
            }
            guard try await self.readMore() else { throw UnexpectedEnd() }
        }
    }

    func receive(_ count: Int) async throws -> [UInt8] {
        while self.received.readableBytes < count {
            guard try await self.readMore() else { throw UnexpectedEnd() }
        }
        return self.received.readBytes(length: count) ?? []
    }

    /// A server's frame of up to 125 bytes of payload: its first byte and its payload.
    func receiveFrame() async throws -> (first: UInt8, payload: [UInt8]) {
        let header = try await self.receive(2)
        return (header[0], try await self.receive(Int(header[1])))
    }

    func receiveText() async throws -> String {
        let frame = try await self.receiveFrame()
        return frame.first == 0x81 ? String(decoding: frame.payload, as: UTF8.self) : "frame \(frame.first)"
    }

    /// All bytes up to the end of the stream.
    func receiveToEnd() async throws -> String {
        while try await self.readMore() {}
        defer { self.received.clear() }
        return String(buffer: self.received)
    }

    /// A WebSocket request as the RFC wants it.
    static func upgradeRequest(_ path: String = "/echo", _ more: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(more)\r\n"
    }

    /// Upgrades, and checks the answer.
    func upgrade(_ path: String = "/echo") async throws {
        try await self.send(Self.upgradeRequest(path))
        let head = try await self.receiveHead()
        guard head.hasPrefix("HTTP/1.1 101 ") else { throw NotUpgraded(head: head) }
    }

    struct NotUpgraded: Error {
        let head: String
    }
}
