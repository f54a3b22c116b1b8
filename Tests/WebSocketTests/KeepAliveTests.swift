import HummingbirdCore
import NIOCore
import Testing
import WebSocket

@Suite("Plain HTTP beside the upgrade, over real sockets", .timeLimit(.minutes(5)))
struct KeepAliveTests {
    private static let get = "GET /plain HTTP/1.1\r\nHost: test\r\n\r\n"

    @Test("Plain requests are answered on one connection")
    func plain() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                for _ in 0..<3 {
                    try await client.send(Self.get)
                    #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 200 "))
                    #expect(try await client.receive(10) == Array("GET /plain".utf8))
                }
                try await client.closeOutput()
                #expect(try await client.receiveToEnd() == "")
            }
        }
    }

    @Test("A request behind others on a kept-alive connection is upgraded")
    func upgradeAfterRequests() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                for _ in 0..<2 {
                    try await client.send(Self.get)
                    _ = try await client.receiveHead()
                    _ = try await client.receive(10)
                }
                try await client.upgrade()
                for text in ["a", "b", "c"] {
                    try await client.send(.text(text))
                    #expect(try await client.receiveText() == text)
                }
                try await client.send(.close(1000))
                #expect(try await client.receive(4) == [0x88, 2, 0x03, 0xE8])
                #expect(try await client.receiveToEnd() == "")
            }
            #expect(await server.events.first(2) == ["opened", "closed 1000"])
        }
    }

    @Test("The owner may write to the channel directly on a connection that was plain HTTP before")
    func directWrites() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(Self.get)
                _ = try await client.receiveHead()
                _ = try await client.receive(10)
                try await client.upgrade("/greet")
                #expect(try await client.receiveText() == "welcome")
                #expect(try await client.receiveText() == "directly")
            }
        }
    }

    @Test("No task stays for a WebSocket: the server's work ends before its sockets do", arguments: [false, true])
    func noTask(plainFirst: Bool) async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                if plainFirst {
                    try await client.send(Self.get)
                    _ = try await client.receiveHead()
                    _ = try await client.receive(10)
                }
                try await client.upgrade("/stay")
                async let stopped: Void = server.server.shutdownGracefully()
                #expect(await server.events.first(2) == ["opened", "stopped"])
                try await client.send(.text("handlers"))
                #expect(try await client.receiveText() == "")
                try await client.send(.close(1000))
                #expect(try await client.receive(4) == [0x88, 2, 0x03, 0xE8])
                #expect(try await client.receiveToEnd() == "")
                try await stopped
            }
        }
    }

    @Test("A request that says close is the last one, upgrade or not", arguments: ["GET", "UPGRADE"])
    func lastRequest(_ second: String) async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                let last = Self.get.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
                try await client.send(last + (second == "GET" ? Self.get : RawClient.upgradeRequest()))
                let answer = try await client.receiveToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("GET /plain"))
                #expect(!answer.contains("101"))
            }
        }
    }

    @Test("Request, upgrade and frames in one packet are all answered, in order")
    func pipelinedUpgrade() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                let packet =
                    Array((Self.get + Self.get + RawClient.upgradeRequest()).utf8) + ClientFrame.text("x").bytes
                try await client.send(packet)
                for _ in 0..<2 {
                    #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 200 "))
                    _ = try await client.receive(10)
                }
                #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 101 "))
                #expect(try await client.receiveText() == "x")
            }
        }
    }

    @Test("A declined upgrade behind other requests is answered and ends the connection")
    func declineAfterRequest() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(Self.get + RawClient.upgradeRequest("/decline"))
                let answer = try await client.receiveToEnd()
                #expect(answer.contains("HTTP/1.1 200 "))
                #expect(answer.contains("HTTP/1.1 401 "))
                #expect(answer.hasSuffix("GET /decline"))
            }
        }
    }

    @Test("A violation on a connection that was plain HTTP before is answered, and the connection ends")
    func violationAfterRequest() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(Self.get)
                _ = try await client.receiveHead()
                _ = try await client.receive(10)
                try await client.upgrade()
                try await client.send(ClientFrame(opcode: 0x1, mask: nil))
                #expect(try await client.receiveFrame().payload.prefix(2) == [0x03, 0xEA])
                try await client.closeOutput()
                #expect(try await client.receiveToEnd() == "")
            }
            #expect(await server.events.first(2) == ["opened", "closed 1002"])
        }
    }

    @Test("Bytes that are no HTTP are answered with 400")
    func noHTTP() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send("nonsense\r\n\r\n")
                #expect(try await client.receiveToEnd().hasPrefix("HTTP/1.1 400 "))
            }
        }
    }

    @Test("A connection that says nothing, or never ends its head, is closed after the idle timeout")
    func idle() async throws {
        let configuration = WebSocketServerConfiguration(http: .init(idleTimeout: .milliseconds(200)))
        try await TestServer.running(configuration) { server in
            for bytes in ["", "GET /echo HTTP/1.1\r\nUpgra", Self.get] {
                try await RawClient.connected(to: server.port) { client in
                    try await client.send(bytes)
                    _ = try await client.receiveToEnd()
                }
            }
            // A decision that takes too long ends as well, and a WebSocket does not.
            try await RawClient.connected(to: server.port) { client in
                try await client.send(RawClient.upgradeRequest("/slow"))
                #expect(try await client.receiveToEnd() == "")
            }
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade()
                try await RawClient.connected(to: server.port) { other in _ = try await other.receiveToEnd() }
                try await client.send(.text("still here"))
                #expect(try await client.receiveText() == "still here")
            }
        }
    }

    @Test("A client that connects and leaves, or ends its half at once, leaves nothing behind")
    func halfClosure() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.closeOutput()
                #expect(try await client.receiveToEnd() == "")
            }
            try await RawClient.connected(to: server.port) { client in
                try await client.send(Self.get)
                try await client.closeOutput()
                #expect(try await client.receiveToEnd().hasSuffix("GET /plain"))
            }
        }
    }

    @Test("A graceful shutdown closes idle connections and lets WebSockets say goodbye")
    func shutdown() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { silent in
                try await RawClient.connected(to: server.port) { socket in
                    try await socket.upgrade()
                    async let stopped: Void = server.server.shutdownGracefully()
                    #expect(try await silent.receiveToEnd() == "")
                    #expect(try await socket.receiveFrame().payload == [0x0F, 0xA1])
                    try await socket.send(.close(4001))
                    #expect(try await socket.receiveToEnd() == "")
                    try await stopped
                }
            }
        }
    }
}
