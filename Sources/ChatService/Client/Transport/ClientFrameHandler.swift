internal import NIOCore
internal import NIOWebSocket

/// The client's end of a WebSocket: puts fragments together, answers pings and the close, checks what the server
/// must keep to (RFC 6455 sections 5 and 7), and stops reading while the mailbox is full.
final class ClientFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Any
    typealias OutboundOut = WebSocketFrame

    private let mailbox: FrameMailbox
    private let maximumMessageBytes: Int
    private var fragments: (opcode: WebSocketOpcode, bytes: ByteBuffer)?
    private var pings: [ByteBuffer: EventLoopPromise<Void>] = [:]
    private var isReadHeldBack = false
    /// A close frame was sent or received: data that still comes is not for the reader.
    private var isClosing = false
    private var hasSentClose = false

    init(mailbox: FrameMailbox, maximumMessageBytes: Int) {
        self.mailbox = mailbox
        self.maximumMessageBytes = maximumMessageBytes
    }

    // MARK: inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if isClosing, frame.opcode != .connectionClose { return }
        guard frame.reservedBits.isEmpty else { return fail("a reserved bit is set", context) }
        guard frame.maskKey == nil else { return fail("a server's frame is masked", context) }
        switch frame.opcode {
        case .text, .binary:
            guard fragments == nil else { return fail("a new message began before the last one ended", context) }
            if frame.fin {
                deliver(frame.opcode, frame.data, context)
            } else {
                fragments = (frame.opcode, frame.data)
            }
        case .continuation:
            continueMessage(frame, context)
        case .ping:
            send(.pong, frame.data, context)
        case .pong:
            pings.removeValue(forKey: frame.data)?.succeed()
        case .connectionClose:
            closed(frame.data, context)
        default:
            fail("an unknown opcode was sent", context)
        }
    }

    private func continueMessage(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        guard var message = fragments else { return fail("a continuation continues nothing", context) }
        // Let go of the stored copy, so that appending does not copy all that came before.
        fragments = nil
        message.bytes.writeImmutableBuffer(frame.data)
        guard message.bytes.readableBytes <= maximumMessageBytes else {
            return fail("a message is larger than \(maximumMessageBytes) bytes", context, code: .messageTooLarge)
        }
        if frame.fin {
            deliver(message.opcode, message.bytes, context)
        } else {
            fragments = message
        }
    }

    private func deliver(_ opcode: WebSocketOpcode, _ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard opcode == .text else { return mailbox.deliver(.binary(Array(bytes.readableBytesView))) }
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
            return fail("a text is not UTF-8", context, code: .dataInconsistentWithMessage)
        }
        mailbox.deliver(.text(text))
    }

    private func closed(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
        var rest = data
        let code = rest.readInteger(as: UInt16.self).map(Int.init)
        guard data.readableBytes == 0 || code.map(Self.mayBeSent) == true,
            let reason = String(validating: rest.readableBytesView, as: UTF8.self)
        else {
            return fail("the close frame is not of its form", context)
        }
        mailbox.note(CloseReason(code: code ?? 1005, reason: reason))
        mailbox.finish(.success(()))
        isClosing = true
        guard !hasSentClose else { return context.close(promise: nil) }
        hasSentClose = true
        var answer = ByteBuffer()
        if let code { answer.writeInteger(UInt16(code)) }
        send(.connectionClose, answer, context)
        // The server closes the connection (section 7.1.1); one that forgets does not keep us.
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    /// Section 7.4: codes that a close frame may carry.
    private static func mayBeSent(_ code: Int) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        mailbox.finish(.success(()))
        for ping in pings.values { ping.fail(ChatClientError(.closed, "the connection is closed")) }
        pings = [:]
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NIOWebSocketError {
            let isTooLarge = if case .invalidFrameLength = error { true } else { false }
            let code: WebSocketErrorCode = isTooLarge ? .messageTooLarge : .protocolError
            return fail("a frame is too large or not of its form", context, code: code)
        }
        mailbox.finish(.failure(ChatClientError(.closed, "the connection broke", cause: error)))
        context.close(promise: nil)
    }

    private func fail(
        _ what: String, _ context: ChannelHandlerContext, code: WebSocketErrorCode = .protocolError
    ) {
        mailbox.finish(.failure(ChatClientError(.protocolViolation, what)))
        isClosing = true
        if !hasSentClose {
            hasSentClose = true
            var data = ByteBuffer()
            data.write(webSocketErrorCode: code)
            send(.connectionClose, data, context)
        }
        context.close(promise: nil)
    }

    // MARK: outbound

    /// Holds the channel's own wish to read back while the reader has to catch up.
    func read(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let isFull =
            !isClosing
            && mailbox.isFull {
                loopBound.eventLoop.execute {
                    let (handler, context) = loopBound.value
                    guard handler.isReadHeldBack else { return }
                    handler.isReadHeldBack = false
                    context.read()
                }
            }
        if isFull {
            isReadHeldBack = true
        } else {
            context.read()
        }
    }

    func ping(_ data: ByteBuffer, _ promise: EventLoopPromise<Void>, context: ChannelHandlerContext) {
        pings.updateValue(promise, forKey: data)?.fail(ChatClientError(.closed, "the same ping was sent again"))
        send(.ping, data, context)
    }

    /// Sends the close frame, once, and lets go of what nobody will read any more.
    func close(code: Int?, reason: String, context: ChannelHandlerContext) {
        isClosing = true
        guard !hasSentClose else { return }
        hasSentClose = true
        var data = ByteBuffer()
        if let code {
            data.writeInteger(UInt16(truncatingIfNeeded: code))
            data.writeString(reason)
        }
        send(.connectionClose, data, context)
    }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
