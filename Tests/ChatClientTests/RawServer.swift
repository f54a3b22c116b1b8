import Foundation
import NIOCore
import NIOPosix

/// A server of one connection that reads and writes bytes as a test says.
struct RawServer {
    let port: Int
    private let listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    init() async throws {
        self.listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        self.port = listener.channel.localAddress?.port ?? 0
    }

    var url: String { "ws://127.0.0.1:\(port)/chat/room?x=1" }

    /// Takes one connection and hands it to the test.
    func serve(_ body: (inout Peer) async throws -> Void) async throws {
        try await listener.executeThenClose { connections in
            for try await connection in connections {
                try await connection.executeThenClose { inbound, outbound in
                    var peer = Peer(inbound: inbound.makeAsyncIterator(), outbound: outbound)
                    try await body(&peer)
                }
                return
            }
        }
    }

    /// The server's end of the connection.
    struct Peer {
        var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        private(set) var received: [UInt8] = []

        init(
            inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) {
            self.inbound = inbound
            self.outbound = outbound
        }

        func write(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

        func write(_ text: String) async throws { try await write(Array(text.utf8)) }

        /// - Returns: `false` at the end of the connection.
        mutating func readMore() async throws -> Bool {
            guard let buffer = try await inbound.next() else { return false }
            received += buffer.readableBytesView
            return true
        }

        /// The request up to its empty line.
        mutating func readHead() async throws -> String {
            let end = Array("\r\n\r\n".utf8)
            while true {
                if let range = received.firstRange(of: end) {
                    let head = String(decoding: received[..<range.upperBound], as: UTF8.self)
                    received.removeSubrange(..<range.upperBound)
                    return head
                }
                guard try await readMore() else { return "" }
            }
        }

        mutating func read(_ count: Int) async throws -> [UInt8] {
            while received.count < count {
                guard try await readMore() else { break }
            }
            defer { received.removeFirst(min(count, received.count)) }
            return Array(received.prefix(count))
        }

        /// Answers the request for a WebSocket, with more bytes in the same write.
        mutating func upgrade(headers: String = "", then bytes: [UInt8] = []) async throws {
            let head = try await readHead()
            let key = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
            let value = key.map { $0.drop { $0 != ":" }.dropFirst().drop { $0 == " " } } ?? ""
            let digest = sha1(Array("\(value)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
            let accept = Data(digest).base64EncodedString()
            let answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\(headers)\r\n"
            try await write(Array(answer.utf8) + bytes)
        }

        /// A masked frame of the client, with a payload below 126 bytes.
        mutating func readFrame() async throws -> (first: UInt8, payload: [UInt8]) {
            let head = try await read(2)
            guard head.count == 2, head[1] & 0x80 != 0 else { return (0, []) }
            let mask = try await read(4)
            let payload = try await read(Int(head[1] & 0x7F))
            return (head[0], payload.enumerated().map { $1 ^ mask[$0 % 4] })
        }
    }
}

/// A frame of a server: not masked.
func frame(_ opcode: UInt8, _ payload: [UInt8], fin: Bool = true) -> [UInt8] {
    let first = opcode | (fin ? 0x80 : 0)
    switch payload.count {
    case 0..<126: return [first, UInt8(payload.count)] + payload
    case 126..<65_536: return [first, 126] + (0..<2).map { UInt8(payload.count >> (8 * (1 - $0)) & 255) } + payload
    default: return [first, 127] + (0..<8).map { UInt8(payload.count >> (8 * (7 - $0)) & 255) } + payload
    }
}

func text(_ text: String, fin: Bool = true) -> [UInt8] { frame(1, Array(text.utf8), fin: fin) }
