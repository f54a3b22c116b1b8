import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocket

@Suite("One connection, on an embedded channel")
struct WebSocketConnectionTests {
    /// Says what happened, in order, and answers when told to.
    final class Owner: WebSocketDelegate {
        var events: [String] = []
        var onText: (WebSocketConnection, String) -> Void = { _, _ in }

        func webSocketOpened(_ socket: WebSocketConnection) { self.events.append("opened") }

        func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
            self.events.append("text \(String(buffer: text))")
            self.onText(socket, String(buffer: text))
        }

        func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
            self.events.append("binary \(bytes.array)")
        }

        func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
            self.events.append("closed \(code.map(\.description) ?? "-")")
        }

        func webSocketQuiescing(_ socket: WebSocketConnection) { self.events.append("quiescing") }

        func webSocketWritabilityChanged(_ socket: WebSocketConnection, isWritable: Bool) {
            self.events.append(isWritable ? "writable" : "not writable")
        }
    }

    private let owner = Owner()
    private let channel: EmbeddedChannel
    private let connection: WebSocketConnection

    init() throws {
        self.channel = EmbeddedChannel()
        self.connection = WebSocketConnection(
            channel: self.channel, configuration: WebSocketConfiguration(maximumPongsPerRead: 4), asksForReads: false,
            delegate: self.owner)
        try self.channel.pipeline.syncOperations.addHandler(self.connection)
        self.channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        self.connection.open()
    }

    private func receive(_ frames: ClientFrame...) throws {
        try self.channel.writeInbound(ByteBuffer(bytes: frames.flatMap(\.bytes)))
    }

    /// Everything that was flushed since the last call.
    private func sent() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try self.channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.array }
        return bytes
    }

    @Test("Messages reach the owner whole and in order")
    func messages() throws {
        try self.receive(
            .text("a"), .text("b", isFinal: false), .continuation(Array("c".utf8), isFinal: true), .binary([7]))
        #expect(self.owner.events == ["opened", "text a", "text bc", "binary [7]"])
        #expect(try self.sent() == [])
    }

    @Test("Pings are answered with their payload, in order")
    func pings() throws {
        try self.receive(.ping("a"), .ping(), .ping("c"))
        #expect(try self.sent() == [0x8A, 1, 0x61, 0x8A, 0, 0x8A, 1, 0x63])
    }

    @Test("Of a flood of pings the first few and the last are answered")
    func pingFlood() throws {
        let flood = (0..<100).map { ClientFrame.ping("\($0)") }
        try self.channel.writeInbound(ByteBuffer(bytes: flood.flatMap(\.bytes)))
        #expect(try self.sent() == [0x8A, 1, 0x30, 0x8A, 1, 0x31, 0x8A, 1, 0x32, 0x8A, 1, 0x33, 0x8A, 2, 0x39, 0x39])
        try self.receive(.ping("next"))
        #expect(try self.sent() == [0x8A, 4] + Array("next".utf8))
    }

    @Test("While the peer does not read, only its latest ping is answered, once it reads again")
    func pingsOfStalledPeer() throws {
        self.channel.isWritable = false
        for number in 0..<50 { try self.receive(.ping("\(number)")) }
        #expect(try self.sent() == [])
        self.channel.isWritable = true
        self.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try self.sent() == [0x8A, 2, 0x34, 0x39])
        #expect(self.owner.events == ["opened", "writable"])
    }

    @Test("What the owner sends during a read leaves when the read is over, at other times at once")
    func flushes() throws {
        self.owner.onText = { socket, text in socket.send(text: text) }
        try self.receive(.text("a"), .text("b"))
        #expect(try self.sent() == [0x81, 1, 0x61, 0x81, 1, 0x62])
        self.connection.send(text: "c")
        #expect(try self.sent() == [0x81, 1, 0x63])
        self.connection.send(binary: ByteBuffer(bytes: [9]))
        #expect(try self.sent() == [0x82, 1, 9])
        self.connection.sendPing()
        #expect(try self.sent() == [0x89, 0])
    }

    @Test("Pre-framed bytes leave as they are, with the next flush")
    func preframed() throws {
        self.connection.write(preframed: FrameWriter.textFrame("x"))
        #expect(try self.sent() == [])
        self.connection.flush()
        #expect(try self.sent() == [0x81, 1, 0x78])
    }

    @Test("The peer's close is answered and ends the connection; the owner hears of it once")
    func peerCloses() throws {
        try self.receive(.close(1001), .text("late"))
        #expect(try self.sent() == [0x88, 2, 0x03, 0xE9])
        #expect(!self.channel.isActive)
        self.channel.embeddedEventLoop.run()
        #expect(self.owner.events == ["opened", "closed 1001"])
    }

    @Test("An empty close is answered with an empty close")
    func emptyClose() throws {
        try self.receive(.close())
        #expect(try self.sent() == [0x88, 0])
        #expect(self.owner.events == ["opened", "closed -"])
    }

    @Test("Our close waits for the peer's; messages no longer count in either direction")
    func weClose() throws {
        #expect(self.connection.closingSince == nil)
        self.connection.close(.shutdown, reason: "bye")
        #expect(self.connection.closingSince != nil)
        #expect(!self.connection.isOpen)
        #expect(try self.sent() == [0x88, 5, 0x0F, 0xA1] + Array("bye".utf8))
        self.connection.close(.kicked)
        self.connection.send(text: "late")
        self.connection.write(preframed: FrameWriter.textFrame("late"))
        self.connection.flush()
        try self.receive(.text("late"), .ping("late"))
        #expect(try self.sent() == [])
        #expect(self.channel.isActive)
        try self.receive(.close(4001))
        #expect(!self.channel.isActive)
        #expect(self.owner.events == ["opened", "closed 4001"])
    }

    @Test("A close that is never answered ends by force")
    func forceClose() throws {
        self.connection.close(.noPong)
        self.connection.forceClose()
        #expect(!self.channel.isActive)
        #expect(self.owner.events == ["opened", "closed 4003"])
    }

    @Test("The owner may close inside of a message; the rest of the read does not count")
    func closeInside() throws {
        self.owner.onText = { socket, _ in socket.close(.rateLimited) }
        try self.receive(.text("a"), .text("b"), .ping())
        #expect(try self.sent() == [0x88, 2, 0x0F, 0xA6])
        #expect(self.owner.events == ["opened", "text a"])
    }

    @Test("The owner may force the end inside of a message")
    func forceCloseInside() throws {
        self.owner.onText = { socket, _ in socket.forceClose() }
        try self.channel.writeInbound(ByteBuffer(bytes: ClientFrame.text("a").bytes + ClientFrame.text("b").bytes))
        self.channel.embeddedEventLoop.run()
        #expect(self.owner.events == ["opened", "text a", "closed -"])
        self.connection.send(text: "late")
        self.connection.close(.normal)
        self.connection.forceClose()
        #expect(self.owner.events.count == 3)
    }

    @Test("A violation is answered with its code and reason, and the rest is ignored")
    func violation() throws {
        try self.receive(.text("a"), ClientFrame(opcode: 0x1, payload: [0xFF]), .text("b"))
        let sent = try self.sent()
        #expect(sent.prefix(4) == [0x88, UInt8(sent.count - 2), 0x03, 0xEF])
        #expect(self.connection.closingSince != nil)
        try self.receive(.text("c"), .close(1000))
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!self.channel.isActive)
        #expect(self.owner.events == ["opened", "text a", "closed 1007"])
    }

    @Test("A peer that ends its half of the connection without a close frame is gone")
    func halfClosure() throws {
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!self.channel.isActive)
        #expect(self.owner.events == ["opened", "closed -"])
    }

    @Test("An error of the channel ends it")
    func channelError() throws {
        struct Broken: Error {}
        self.channel.pipeline.fireErrorCaught(Broken())
        #expect(!self.channel.isActive)
        #expect(self.owner.events == ["opened", "closed -"])
    }

    @Test("A graceful shutdown of the server reaches the owner until the end of the connection")
    func quiescing() throws {
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        self.connection.forceClose()
        self.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(self.owner.events == ["opened", "quiescing", "closed -"])
    }

    @Test("Any byte is a sign of life, also part of a frame")
    func lastReceived() throws {
        let before = self.connection.lastReceived
        try self.channel.writeInbound(ByteBuffer(bytes: [0x81]))
        #expect(self.connection.lastReceived > before)
    }

    @Test("A closing peer that goes on talking is no sign of life")
    func talkingWhileClosing() throws {
        try self.receive(ClientFrame(opcode: 0x3))
        let before = self.connection.lastReceived
        try self.receive(.text("and"), .text("on"))
        #expect(self.connection.lastReceived == before)
    }

    @Test("The owner is let go when the connection ends")
    func release() throws {
        weak let weakOwner: Owner?
        weak let weakConnection: WebSocketConnection?
        do {
            let channel = EmbeddedChannel()
            let owner = Owner()
            let connection = WebSocketConnection(
                channel: channel, configuration: WebSocketConfiguration(), asksForReads: false, delegate: owner)
            owner.onText = { _, _ in connection.sendPing() }
            try channel.pipeline.syncOperations.addHandler(connection)
            connection.open()
            (weakOwner, weakConnection) = (owner, connection)
            _ = try? channel.finish()
        }
        #expect(weakOwner == nil)
        #expect(weakConnection == nil)
    }
}
