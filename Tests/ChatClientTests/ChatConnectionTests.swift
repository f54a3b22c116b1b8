import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import ChatClient

/// The client against a server that sends whatever bytes a test wants.
@Suite(.timeLimit(.minutes(2))) struct ChatConnectionTests {
    let group = MultiThreadedEventLoopGroup.singleton

    /// Runs both ends; the test ends when both have.
    func with(
        options: ChatClient.Options = .init(), subprotocols: [String] = [],
        server: @escaping @Sendable (inout RawServer.Peer) async throws -> Void,
        client: (ChatConnection) async throws -> Void
    ) async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve(server)
        let connection = try await ChatClient.connect(
            url: raw.url, subprotocols: subprotocols, options: options, group: group)
        try await client(connection)
        await connection.abort()
        try await serving
    }

    @Test func `a limit that passes before the wait begins ends it all the same`() async throws {
        try await with { peer in
            try await peer.upgrade()
            _ = try? await peer.readFrame()
        } client: { connection in
            for _ in 1...2_000 {
                let error = await #expect(throws: ChatClientError.self) {
                    try await connection.next(within: .nanoseconds(1))
                }
                #expect(error?.code == .timeout)
            }
        }
    }

    @Test func `the request names the target, the host and the offered subprotocols`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            let head = try await peer.readHead()
            #expect(head.hasPrefix("GET /chat/room?x=1 HTTP/1.1\r\n"))
            for line in ["Host: 127.0.0.1:\(raw.port)", "Sec-WebSocket-Protocol: chat.v1, bearer.t", "X-Test: 7"] {
                #expect(head.contains("\r\n\(line)\r\n"))
            }
        }
        await #expect(throws: ChatClientError.self) {
            try await ChatClient.connect(
                url: raw.url, headers: ["X-Test": "7"], subprotocols: ["chat.v1", "bearer.t"], group: group)
        }
        try await serving
    }

    @Test func `frames in the same write as the 101 are not lost`() async throws {
        try await with { peer in
            try await peer.upgrade(then: text("first") + text("second"))
            _ = try await peer.readMore()
        } client: { connection async throws in
            #expect(try await connection.next(within: .seconds(10)) == .text("first"))
            #expect(try await connection.next(within: .seconds(10)) == .text("second"))
        }
    }

    @Test func `a refusal carries status, headers and body`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            _ = try await peer.readHead()
            try await peer.write("HTTP/1.1 401 Unauthorized\r\nX-Why: token\r\nContent-Length: 9\r\n\r\n{\"a\":")
            try await peer.write("\"b\"}")
            _ = try await peer.readMore()
        }
        let error = await #expect(throws: UpgradeRefused.self) {
            try await ChatClient.connect(url: raw.url, group: group)
        }
        #expect(error?.response.status == 401)
        #expect(error?.response.headers["x-why"] == ["token"])
        #expect(error?.response.text == #"{"a":"b"}"#)
        try await serving
    }

    @Test(arguments: [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: no\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n", "nonsense\r\n\r\n", "",
    ])
    func `an answer that is no WebSocket's is an error`(answer: String) async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            _ = try await peer.readHead()
            try await peer.write(answer)
            // The client closes what is of no use to it; with nothing to judge, the server goes away.
            while !answer.isEmpty, try await peer.readMore() {}
        }
        await #expect(throws: ChatClientError.self) { try await ChatClient.connect(url: raw.url, group: group) }
        try await serving
    }

    @Test func `a server that does not answer is a timeout's error`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            while try await peer.readMore() {}
        }
        var options = ChatClient.Options()
        options.timeout = .milliseconds(200)
        await #expect(throws: ChatClientError.self) {
            try await ChatClient.connect(url: raw.url, options: options, group: group)
        }
        try await serving
    }

    @Test func `a subprotocol that was not offered is an error`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            try await peer.upgrade(headers: "Sec-WebSocket-Protocol: soap\r\n")
            while try await peer.readMore() {}
        }
        await #expect(throws: ChatClientError.self) {
            try await ChatClient.connect(url: raw.url, subprotocols: ["chat.v1"], group: group)
        }
        try await serving
    }

    @Test func `the chosen subprotocol can be read`() async throws {
        try await with(subprotocols: ["chat.v2", "chat.v1"]) { peer in
            try await peer.upgrade(headers: "Sec-WebSocket-Protocol: chat.v1\r\n")
        } client: { connection async throws in
            #expect(connection.subprotocol == "chat.v1")
        }
    }

    @Test func `fragments become one message, with a ping between them answered`() async throws {
        try await with { peer in
            try await peer.upgrade(then: text("Grü", fin: false) + frame(9, [1, 2]) + frame(0, Array("ße".utf8)))
            let pong = try await peer.readFrame()
            #expect(pong.first == 0x8A && pong.payload == [1, 2])
            try await peer.write(frame(2, [7], fin: false) + frame(0, [], fin: false) + frame(0, [8]))
            _ = try await peer.readMore()
        } client: { connection async throws in
            #expect(try await connection.next(within: .seconds(10)) == .text("Grüße"))
            #expect(try await connection.next(within: .seconds(10)) == .binary([7, 8]))
        }
    }

    @Test func `a frame of 16 MiB arrives, a larger one ends the connection`() async throws {
        let size = 16 << 20
        try await with { peer in
            try await peer.upgrade(then: frame(2, [UInt8](repeating: 9, count: size)))
            try await peer.write([0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1])
            while try await peer.readMore() {}
        } client: { connection async throws in
            guard case .binary(let bytes)? = try await connection.next(within: .seconds(60)) else {
                Issue.record("no binary message came")
                return
            }
            #expect(bytes.count == size)
            await #expect(throws: ChatClientError.self) { try await connection.next(within: .seconds(10)) }
        }
    }

    @Test func `what the client sends is masked and whole`() async throws {
        try await with { peer in
            try await peer.upgrade()
            let first = try await peer.readFrame()
            #expect(first.first == 0x81 && first.payload == Array("héllo".utf8))
            let second = try await peer.readFrame()
            #expect(second.first == 0x82 && second.payload == [0, 255])
            #expect(try await peer.read(3) == [1, 2, 3])
        } client: { connection async throws in
            try await connection.send(text: "héllo")
            try await connection.sendBinary([0, 255])
            try await connection.sendRaw([1, 2, 3])
            #expect(try await connection.next(within: .seconds(10)) == nil)
        }
    }

    @Test func `the server's close code can be read after its last message`() async throws {
        try await with { peer in
            try await peer.upgrade(then: text("last") + frame(8, [0x0F, 0xA2] + Array("slow".utf8)))
            let close = try await peer.readFrame()
            #expect(close.first == 0x88 && close.payload == [0x0F, 0xA2])
        } client: { connection async throws in
            #expect(try await connection.next(within: .seconds(10)) == .text("last"))
            #expect(try await connection.next(within: .seconds(10)) == nil)
            #expect(connection.closeReason == CloseReason(code: 4002, reason: "slow"))
            #expect(try await connection.next(within: .seconds(10)) == nil)
        }
    }

    @Test func `a server that just goes away has no close code`() async throws {
        try await with { peer in
            try await peer.upgrade(then: text("a"))
        } client: { connection async throws in
            var messages: [ServerFrame] = []
            for try await message in connection.frames { messages.append(message) }
            #expect(messages == [.text("a")])
            #expect(connection.closeReason == nil)
            await #expect(throws: ChatClientError.self) {
                // The first write may still go into the kernel; one of them finds the connection closed.
                for _ in 0..<1_000 { try await connection.send(text: "x") }
            }
        }
    }

    @Test func `closing sends the code and waits for the server`() async throws {
        try await with { peer in
            try await peer.upgrade(then: text("not read"))
            let close = try await peer.readFrame()
            #expect(close.payload == [0x0B, 0xB8] + Array("bye".utf8))
            try await peer.write(frame(8, [0x0B, 0xB8]))
            while try await peer.readMore() {}
        } client: { connection async throws in
            await connection.close(code: 3000, reason: "bye")
            #expect(connection.closeReason?.code == 3000)
        }
    }

    @Test func `closing does not wait for ever`() async throws {
        try await with { peer in
            try await peer.upgrade()
            while try await peer.readMore() {}
        } client: { connection async throws in
            await connection.close(within: .milliseconds(100))
            #expect(try await connection.next() == nil)
        }
    }

    @Test(
        arguments: [
            [0xC1, 0x01, 0x61], [0x81, 0x81, 0, 0, 0, 0, 0x61], [0x83, 0x00], [0x8B, 0x00], [0x80, 0x01, 0x61],
            [0x01, 0x00, 0x81, 0x00], [0x09, 0x00], [0x89, 0x7E, 0x00, 0x7E], [0x88, 0x01, 0x03],
            [0x88, 0x02, 0x03, 0xED],
            [0x88, 0x02, 0x00, 0x00], [0x88, 0x03, 0x03, 0xE8, 0xFF], [0x81, 0x02, 0xC3, 0x28], [0x81, 0x01, 0xC3],
        ] as [[UInt8]])
    func `frames that RFC 6455 forbids end the connection with an error`(bytes: [UInt8]) async throws {
        try await with { peer in
            try await peer.upgrade(then: bytes)
            while try await peer.readMore() {}
        } client: { connection async throws in
            let error = await #expect(throws: ChatClientError.self) { try await connection.next(within: .seconds(10)) }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test func `a ping of ours waits for its pong`() async throws {
        try await with { peer in
            try await peer.upgrade()
            let ping = try await peer.readFrame()
            #expect(ping.first == 0x89)
            try await peer.write(frame(10, [9]) + frame(10, ping.payload))
            while try await peer.readMore() {}
        } client: { connection async throws in
            try await connection.ping([1, 2, 3])
            await #expect(throws: ChatClientError.self) { try await connection.ping([4], within: .milliseconds(50)) }
        }
    }

    @Test func `waiting ends with its limit and with its task, and loses nothing`() async throws {
        let (go, goes) = AsyncStream<Void>.makeStream()
        try await with { peer in
            try await peer.upgrade()
            for await _ in go { break }
            try await peer.write(text("late"))
            while try await peer.readMore() {}
        } client: { connection async throws in
            let error = await #expect(throws: ChatClientError.self) {
                try await connection.next(within: .milliseconds(20))
            }
            #expect(error?.code == .timeout)
            let waiting = Task { try await connection.next() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            goes.yield()
            #expect(try await connection.next(within: .seconds(10)) == .text("late"))
        }
    }

    @Test func `a reader that does not read stops the server, and gets everything later`() async throws {
        let enough = 20_000
        let (sent, stop) = (Counter(), Counter())
        var options = ChatClient.Options()
        options.maximumBufferedMessages = 10
        try await with(options: options) { peer in
            try await peer.upgrade()
            let payload = frame(2, [UInt8](repeating: 1, count: 16 * 1_024))
            while stop.value == 0, sent.value < enough {
                try await peer.write(payload)
                sent.add()
            }
            try await peer.write(text("that was all"))
            while try await peer.readMore() {}
        } client: { connection async throws in
            // No event tells that the server is stuck; it is when it has not got on for a while.
            var last = -1
            while sent.value != last || last < 10 {
                last = sent.value
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(last < enough)
            stop.add()
            var received = 0
            while case .binary? = try await connection.next(within: .seconds(30)) { received += 1 }
            #expect(received == sent.value)
        }
    }
}
