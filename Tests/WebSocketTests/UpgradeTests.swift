import NIOCore
import Testing
import WebSocket

@Suite("The upgrade, over real sockets", .timeLimit(.minutes(5)))
struct UpgradeTests {
    @Test("A valid request is answered with 101 and echoes from then on")
    func upgrade() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(RawClient.upgradeRequest())
                let head = try await client.receiveHead()
                #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
                #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
                #expect(
                    !head.lowercased().contains("content-length") && !head.lowercased().contains("transfer-encoding"))
                #expect(!head.contains("Sec-WebSocket-Protocol"))
                try await client.send(.text("hello"))
                #expect(try await client.receiveText() == "hello")
                try await client.send(.close(1000))
                #expect(try await client.receive(4) == [0x88, 2, 0x03, 0xE8])
                #expect(try await client.receiveToEnd() == "")
            }
            #expect(await server.events.first(2) == ["opened", "closed 1000"])
        }
    }

    @Test("No HTTP handler is left behind the upgrade")
    func handlersGone() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade()
                try await client.send(.text("handlers"))
                #expect(try await client.receiveText() == "")
            }
        }
    }

    @Test("The chosen subprotocol is in the answer")
    func subprotocol() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(
                    RawClient.upgradeRequest("/protocol", "Sec-WebSocket-Protocol: chat.v2, bearer.x\r\n"))
                #expect(try await client.receiveHead().contains("Sec-WebSocket-Protocol: chat.v2"))
            }
        }
    }

    @Test("What the owner sends first comes directly behind the answer, through the connection or the channel")
    func greeting() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade("/greet")
                #expect(try await client.receiveText() == "welcome")
                #expect(try await client.receiveText() == "directly")
            }
        }
    }

    @Test("Frames sent directly behind the request are not lost", arguments: ["/echo", "/slow"])
    func pipelinedFrames(_ path: String) async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                let frames = ClientFrame.text("one").bytes + ClientFrame.text("two").bytes
                try await client.send(Array(RawClient.upgradeRequest(path).utf8) + frames)
                try await client.send(.text("three"))
                server.releaseSlow()
                #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 101"))
                for expected in ["one", "two", "three"] {
                    #expect(try await client.receiveText() == expected)
                }
            }
        }
    }

    @Test("A request cut at any byte is upgraded, the frame behind it as well")
    func everyCut() async throws {
        try await TestServer.running { server in
            let bytes = Array(RawClient.upgradeRequest().utf8) + ClientFrame.text("x").bytes
            for cut in stride(from: 1, to: bytes.count, by: 3) {
                try await RawClient.connected(to: server.port) { client in
                    try await client.send(Array(bytes[..<cut]))
                    try await client.send(Array(bytes[cut...]))
                    #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 101"))
                    #expect(try await client.receiveText() == "x")
                }
            }
        }
    }

    @Test("A declined request reaches the responder whole, is answered, and ends the connection")
    func decline() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(RawClient.upgradeRequest("/decline"))
                let answer = try await client.receiveToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 401 "))
                #expect(answer.contains("Connection: close"))
                #expect(answer.hasSuffix("GET /decline"))
            }
        }
    }

    @Test("A bad key is answered with 400, another version with 426 and the version to use")
    func badHeaders() async throws {
        try await TestServer.running { server in
            let good = RawClient.upgradeRequest()
            try await RawClient.connected(to: server.port) { client in
                try await client.send(good.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"))
                #expect(try await client.receiveToEnd().hasPrefix("HTTP/1.1 400 "))
            }
            try await RawClient.connected(to: server.port) { client in
                try await client.send(good.replacing("Version: 13", with: "Version: 8"))
                let answer = try await client.receiveToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 426 "))
                #expect(answer.contains("Sec-WebSocket-Version: 13\r\n"))
            }
        }
    }

    @Test("A POST that asks for a WebSocket is answered by the responder, its body included")
    func post() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                let request = RawClient.upgradeRequest("/post", "Content-Length: 5\r\n").replacing("GET", with: "POST")
                try await client.send(request + "12345")
                let answer = try await client.receiveToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
                #expect(answer.hasSuffix("POST /post 5"))
            }
        }
    }

    @Test("A GET with a body that asks for a WebSocket is answered by the responder, as malformed")
    func getWithBody() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(RawClient.upgradeRequest("/body", "Content-Length: 5\r\n") + "12345")
                let answer = try await client.receiveToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
                #expect(answer.hasSuffix("GET /body 5"))
            }
        }
    }

    @Test("A request for another protocol is answered as if it asked for none")
    func otherProtocol() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(
                    "GET /h2c HTTP/1.1\r\nHost: test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
                let answer = try await client.receiveToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                #expect(answer.hasSuffix("GET /h2c"))
            }
        }
    }

    @Test("A client that leaves while the decision is pending leaves nothing behind")
    func leavesWhileDeciding() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.send(RawClient.upgradeRequest("/slow"))
                try await client.closeOutput()
                server.releaseSlow()
                _ = try await client.receiveToEnd()
            }
            // The next one's events come first: the one that left had none.
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade()
            }
            #expect(await server.events.first(2) == ["opened", "closed -"])
        }
    }

    @Test("A peer that ends its half of the connection, or all of it, is gone at once")
    func vanishing() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade()
                try await client.closeOutput()
                #expect(try await client.receiveToEnd() == "")
            }
            #expect(await server.events.first(2) == ["opened", "closed -"])
        }
    }

    @Test("Our close reaches the peer with its reason, and the peer's answer ends the connection")
    func serverCloses() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade()
                try await client.send(.text("close"))
                let frame = try await client.receiveFrame()
                #expect(frame.first == 0x88)
                #expect(frame.payload == [0x11, 0x97] + Array("out".utf8))
                try await client.send(.close(4503))
                #expect(try await client.receiveToEnd() == "")
            }
            #expect(await server.events.first(2) == ["opened", "closed 4503"])
        }
    }

    @Test("A peer in the middle of a large forbidden message still reads why it was cut off")
    func closeCodeArrives() async throws {
        try await TestServer.running { server in
            try await RawClient.connected(to: server.port) { client in
                try await client.upgrade()
                try await client.send(.binary([UInt8](repeating: 0, count: 200_000)))
                let frame = try await client.receiveFrame()
                #expect(frame.payload.prefix(2) == [0x03, 0xF1])
                try await client.closeOutput()
                #expect(try await client.receiveToEnd() == "")
            }
            #expect(await server.events.first(2) == ["opened", "closed 1009"])
        }
    }
}
