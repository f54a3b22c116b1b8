package import NIOCore

/// One WebSocket on the server's side: the last handler of its channel, and the handle that its owner sends through.
///
/// Bound to the channel's event loop: every member is used on it, and only there. It owns no task and no timer; the
/// owner has one timer for all its sockets, looks at ``lastReceived`` and ``closingSince``, and pings or calls
/// ``forceClose()``.
package final class WebSocketConnection {
    package let channel: any Channel
    /// When the last byte of the peer came; any byte is a sign of life, until the socket is closing.
    package private(set) var lastReceived: NIODeadline
    /// Since when a close frame of ours is on its way; nil while the socket is open. The peer's answer ends the
    /// connection; a peer that never answers is for the owner to end with ``forceClose()``.
    package private(set) var closingSince: NIODeadline?

    private var state = ConnectionState.connecting
    private var parser: FrameParser
    private var delegate: (any WebSocketDelegate)?
    private var context: ChannelHandlerContext?
    /// Whether more frames may follow in this turn, so that the flush waits for its end.
    private var isBatching = false
    private var needsFlush = false
    private var pongs: PongBudget
    /// Whether handlers behind this one no longer let reads through (see ``HTTPUpgradeHandler``).
    private let asksForReads: Bool

    init(
        channel: any Channel, configuration: WebSocketConfiguration, asksForReads: Bool,
        delegate: any WebSocketDelegate
    ) {
        self.channel = channel
        self.lastReceived = .now()
        self.parser = FrameParser(configuration)
        self.pongs = PongBudget(perRead: configuration.maximumPongsPerRead)
        self.asksForReads = asksForReads
        self.delegate = delegate
    }

    package var eventLoop: any EventLoop { self.channel.eventLoop }

    /// Whether messages may be sent: neither side has closed.
    package var isOpen: Bool { self.state.isOpen }

    /// Whether the channel's outbound buffer is under its high mark.
    package var isWritable: Bool { self.channel.isWritable }

    /// The bytes in the channel's outbound buffer that the kernel has not taken yet.
    package var bufferedBytes: Int {
        (try? self.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    // MARK: Sending

    /// Sends a text message. Inside a delegate's method it leaves with everything else of this read, else at once.
    /// Nothing happens once the socket is closing.
    package func send(text: String) {
        self.sendFrame(FrameWriter.textFrame(text))
    }

    /// Sends a text message; the bytes must be valid UTF-8.
    package func send(text: ByteBuffer) {
        self.sendFrame(FrameWriter.textFrame(text))
    }

    /// Sends a binary message.
    package func send(binary: ByteBuffer) {
        self.sendFrame(FrameWriter.frame(.binary, payload: binary))
    }

    /// Sends an empty ping; the pong shows in ``lastReceived``.
    package func sendPing() {
        self.sendFrame(FrameWriter.frame(.ping, payload: ByteBuffer()))
    }

    /// Puts whole frames, made with ``FrameWriter``, into the channel's outbound buffer; they leave with the next
    /// ``flush()``. Nothing happens once the socket is closing.
    package func write(preframed: ByteBuffer) {
        guard self.state.isOpen else { return }
        self.context?.write(Self.wrapOutboundOut(preframed), promise: nil)
    }

    /// Sends what was written.
    package func flush() {
        self.context?.flush()
    }

    // MARK: Closing

    /// Sends a close frame and waits for the peer's; sets ``closingSince``. Messages of the peer are ignored from here
    /// on. Only the first call counts.
    /// - Parameter reason: at most 123 bytes of it are sent.
    package func close(_ code: CloseCode, reason: String = "") {
        self.perform(self.state.close(code), reason: reason)
    }

    /// Ends the TCP connection now.
    package func forceClose() {
        self.context?.close(promise: nil)
    }

    // MARK: Inside

    /// Announces the socket; called when the answer to the upgrade is written, and flushes that as well.
    func open() {
        guard self.state == .connecting else { return }
        self.state = .open
        self.isBatching = true
        self.delegate?.webSocketOpened(self)
        self.isBatching = false
        self.needsFlush = false
        self.context?.flush()
    }

    /// What arrived together is handled: sends what that led to.
    func endRead() {
        self.pongs.endOfRead()
        self.sendDelayedPong()
        self.isBatching = false
        if self.needsFlush {
            self.needsFlush = false
            self.context?.flush()
        }
    }

    /// Tells the delegate that the server shuts down.
    func quiesce() {
        self.delegate?.webSocketQuiescing(self)
    }

    private func sendFrame(_ frame: ByteBuffer) {
        guard self.state.isOpen, let context = self.context else { return }
        context.write(Self.wrapOutboundOut(frame), promise: nil)
        if self.isBatching {
            self.needsFlush = true
        } else {
            context.flush()
        }
    }

    private func perform(_ action: ConnectionState.Action, reason: String = "") {
        switch action {
        case .nothing:
            break
        case .sendClose:
            guard case .closing(let code) = self.state else { return }
            self.closingSince = .now()
            self.context?.writeAndFlush(
                Self.wrapOutboundOut(FrameWriter.closeFrame(code, reason: reason)), promise: nil)
        case .answerCloseThenDisconnect(let code):
            self.sendLastFrame(FrameWriter.closeFrame(code), thenClose: .all)
        case .sendCloseThenEndOutput(let code):
            self.sendLastFrame(FrameWriter.closeFrame(code, reason: reason), thenClose: .output)
        case .disconnect:
            self.context?.close(promise: nil)
        case .announceEnd(let code):
            let delegate = self.delegate
            self.delegate = nil
            delegate?.webSocketClosed(self, code: code)
        }
    }

    private func sendLastFrame(_ frame: ByteBuffer, thenClose mode: CloseMode) {
        guard let context = self.context else { return }
        self.closingSince = .now()
        // The frame may wait behind others that the peer does not read; then the owner's patience ends it.
        context.writeAndFlush(Self.wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in
            context.close(mode: mode, promise: nil)
        }
    }

    private func handle(_ event: FrameEvent) {
        switch event {
        case .message(_, _, compressed: true):
            // The parser lets none through before permessage-deflate is negotiated.
            self.perform(self.state.receivedViolation(.protocolError))
        case .message(.text, let bytes, compressed: false):
            if self.state.isOpen { self.delegate?.webSocket(self, received: bytes) }
        case .message(.binary, let bytes, compressed: false):
            if self.state.isOpen { self.delegate?.webSocketReceivedBinary(self, bytes) }
        case .ping(let payload):
            if self.state.isOpen, let answer = self.pongs.answer(payload, isWritable: self.channel.isWritable) {
                self.sendFrame(FrameWriter.frame(.pong, payload: answer))
            }
        case .pong:
            break
        case .close(let code, _):
            self.perform(self.state.receivedClose(code))
        case .violation(let code, let reason):
            self.perform(self.state.receivedViolation(code), reason: reason)
        }
    }

    private func sendDelayedPong() {
        guard self.channel.isWritable, let answer = self.pongs.takeDelayed() else { return }
        self.sendFrame(FrameWriter.frame(.pong, payload: answer))
    }
}

// MARK: - ChannelInboundHandler

extension WebSocketConnection: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.perform(self.state.disconnected())
        self.context = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.perform(self.state.disconnected())
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Once the socket is closing, bytes no longer prove anything: whoever waits for silence must get to see it.
        if self.state.isOpen { self.lastReceived = .now() }
        self.isBatching = true
        var bytes = Self.unwrapInboundIn(data)
        while let event = self.parser.next(&bytes) {
            self.handle(event)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.endRead()
        if self.asksForReads {
            context.read()
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        if isWritable { self.sendDelayedPong() }
        self.delegate?.webSocketWritabilityChanged(self, isWritable: isWritable)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            self.perform(self.state.inputClosed())
        case is ChannelShouldQuiesceEvent:
            self.quiesce()
        default:
            break
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
