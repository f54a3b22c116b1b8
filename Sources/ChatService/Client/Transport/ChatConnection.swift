package import NIOCore
package import NIOHTTP1
package import NIOWebSocket

/// An open WebSocket to a server. Any task may send; one task at a time reads.
package final class ChatConnection: Sendable {
    /// What the server chose of the offered subprotocols.
    package let subprotocol: String?
    /// The headers of the server's 101.
    package let responseHeaders: HTTPHeaders

    private let channel: any Channel
    private let mailbox: FrameMailbox
    private let handler: NIOLoopBound<ClientFrameHandler>

    init(
        channel: any Channel, mailbox: FrameMailbox, handler: NIOLoopBound<ClientFrameHandler>, headers: HTTPHeaders
    ) {
        self.channel = channel
        self.mailbox = mailbox
        self.handler = handler
        self.responseHeaders = headers
        self.subprotocol = headers["Sec-WebSocket-Protocol"].first
    }

    // MARK: reading

    /// The next message. What came before the end can be read after it.
    ///
    /// - Parameter limit: how long to wait at most; `nil`: without a limit.
    /// - Returns: `nil` when the connection has ended; then ``closeReason`` may say why.
    /// - Throws: ``ChatClientError`` `timeout`, `protocol_violation`, `closed` (the network broke), or a
    ///   `CancellationError`. A message that comes later is not lost.
    package func next(within limit: TimeAmount? = nil) async throws -> ServerFrame? {
        var alarm: Scheduled<Void>?
        defer { alarm?.cancel() }
        return try await mailbox.next { wait in
            guard let limit else { return }
            alarm = channel.eventLoop.scheduleTask(in: limit) { [mailbox] in
                mailbox.interrupt(wait: wait, ChatClientError(.timeout, "no message came in time"))
            }
        }
    }

    /// The messages until the end.
    package var frames: Frames { Frames(connection: self) }

    package struct Frames: AsyncSequence, AsyncIteratorProtocol, Sendable {
        let connection: ChatConnection

        package func makeAsyncIterator() -> Frames { self }

        package func next() async throws -> ServerFrame? { try await connection.next() }
    }

    /// How the server closed; `nil` while it has not, or when it just went away.
    package var closeReason: CloseReason? { mailbox.closeReason }

    // MARK: sending

    /// Returns when the text is written to the socket.
    package func send(text: String) async throws {
        try await sendFrame(opcode: .text, payload: Array(text.utf8))
    }

    package func sendBinary(_ bytes: [UInt8]) async throws {
        try await sendFrame(opcode: .binary, payload: bytes)
    }

    /// A frame of any kind, right or wrong ones.
    ///
    /// - Parameter masked: a client has to mask its frames (RFC 6455 section 5.3); a test may not.
    package func sendFrame(
        opcode: WebSocketOpcode, fin: Bool = true, payload: [UInt8], masked: Bool = true,
        reservedBits: WebSocketFrame.ReservedBits = []
    ) async throws {
        var frame = WebSocketFrame(
            fin: fin, opcode: opcode, maskKey: masked ? .random() : nil, data: ByteBuffer(bytes: payload))
        frame.reservedBits = reservedBits
        try await write(frame)
    }

    private func write(_ frame: WebSocketFrame) async throws {
        do {
            try await channel.writeAndFlush(frame)
        } catch {
            throw ChatClientError(.closed, "the connection is closed", cause: error)
        }
    }

    /// Bytes as they are, below the frames.
    package func sendRaw(_ bytes: [UInt8]) async throws {
        let channel = channel
        do {
            try await channel.eventLoop.flatSubmit { [bytes] in
                do {
                    let encoder = try channel.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
                    let promise = channel.eventLoop.makePromise(of: Void.self)
                    encoder.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: promise)
                    return promise.futureResult
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
            }.get()
        } catch {
            throw ChatClientError(.closed, "the connection is closed", cause: error)
        }
    }

    /// Sends a ping and waits for its pong; everything that the server sent before the pong has then arrived.
    ///
    /// - Parameters:
    ///   - data: at most 125 bytes, different for each ping that is under way.
    ///   - limit: how long to wait at most.
    package func ping(_ data: [UInt8] = [], within limit: TimeAmount = .seconds(10)) async throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let alarm = channel.eventLoop.scheduleTask(in: limit) {
            promise.fail(ChatClientError(.timeout, "no pong came in time"))
        }
        defer { alarm.cancel() }
        perform(orFail: promise) { handler, context in
            handler.ping(ByteBuffer(bytes: data), promise, context: context)
        }
        try await promise.futureResult.get()
    }

    // MARK: ending

    /// Sends a close frame and waits until the connection is closed, at most `limit`, after which it is cut off.
    /// What was not read yet is thrown away.
    ///
    /// - Parameter code: `nil` sends a close frame without a code.
    package func close(code: Int? = 1000, reason: String = "", within limit: TimeAmount = .seconds(5)) async {
        let alarm = channel.eventLoop.scheduleTask(in: limit) { [channel] in channel.close(promise: nil) }
        defer { alarm.cancel() }
        perform(orFail: nil) { handler, context in
            handler.close(code: code, reason: reason, context: context)
        }
        mailbox.discard()
        try? await channel.closeFuture.get()
    }

    /// Cuts the connection off without a close frame, as a broken network does.
    package func abort() async {
        try? await channel.close()
    }

    private func perform(
        orFail promise: EventLoopPromise<Void>?,
        _ body: @escaping @Sendable (ClientFrameHandler, ChannelHandlerContext) -> Void
    ) {
        let (channel, handler) = (channel, handler)
        channel.eventLoop.execute {
            guard let context = try? channel.pipeline.syncOperations.context(handler: handler.value) else {
                promise?.fail(ChatClientError(.closed, "the connection is closed"))
                return
            }
            body(handler.value, context)
        }
    }
}
