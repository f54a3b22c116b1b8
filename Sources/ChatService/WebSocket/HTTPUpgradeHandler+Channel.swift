import HummingbirdCore
import NIOCore
import NIOHTTP1

// What the channel says and asks; the work is in `HTTPUpgradeHandler` itself.
extension HTTPUpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    // MARK: Inbound

    func handlerAdded(context: ChannelHandlerContext) {
        guard let timeout = self.configuration.http.idleTimeout else { return }
        self.headTimeout = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.headTimeout?.cancel()
        self.headTimeout = nil
        self.paceTimer?.cancel()
        self.paceTimer = nil
        self.finish(.closed)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        self.note(part)
        switch self.state.read(part) {
        case .pass:
            if self.addPlainHandlers(context: context) { context.fireChannelRead(data) }
        case .replace(let parts):
            self.pass(parts, context: context)
        case .keep:
            break
        case .decide(let head):
            self.startDecision(head, context: context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        self.watchPace(context: context)
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            if self.plainHandlers == nil {
                // Nobody has asked anything, or nobody who could use a WebSocket is there any more.
                context.close(promise: nil)
            } else {
                context.fireUserInboundEventTriggered(event)
            }
        case is ChannelShouldQuiesceEvent:
            self.isQuiescing = true
            if self.plainHandlers == nil, self.state.isIdle {
                context.close(promise: nil)
            } else {
                context.fireUserInboundEventTriggered(event)
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard self.plainHandlers == nil else {
            context.fireErrorCaught(error)
            return
        }
        guard error is HTTPParserError else {
            context.close(promise: nil)
            return
        }
        let head = HTTPResponseHead(
            version: .http1_1, status: .badRequest, headers: ["Connection": "close", "Content-Length": "0"])
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            // Closing both halves with bytes unread would reset the connection before the answer is seen.
            context.close(mode: .output, promise: nil)
        }
    }

    // MARK: Outbound

    func read(context: ChannelHandlerContext) {
        if self.state.mayRead {
            self.isReading = true
            context.read()
        } else {
            self.isReadHeld = true
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.holdsBackClose else {
            // Already the WebSocket's bytes, written by somebody behind it.
            context.write(data, promise: promise)
            return
        }
        switch Self.unwrapOutboundIn(data) {
        case .head(let head):
            context.write(Self.wrapOutboundOut(.head(self.completed(head))), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            if self.isAnsweringSlowRequest {
                context.flush()
                self.answeredSlowRequest(context: context)
            }
            if let request = self.state.wroteResponse() {
                self.startDecision(request, context: context)
            }
        }
    }

    private func completed(_ head: HTTPResponseHead) -> HTTPResponseHead {
        var head = head
        self.isAnsweringSlowRequest = head.status == .requestTimeout
        if self.isAnsweringSlowRequest || self.state.isWritingLastResponse, head.status.code >= 200 {
            head.headers.replaceOrAdd(name: "Connection", value: "close")
        }
        if head.status == .upgradeRequired {
            // RFC 9110 section 15.5.22 and RFC 6455 section 4.2.2.
            head.headers.replaceOrAdd(name: "Upgrade", value: "websocket")
            head.headers.replaceOrAdd(name: "Sec-WebSocket-Version", value: WebSocketHandshake.version)
        }
        return head
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard self.holdsBackClose, mode != .input else {
            context.close(mode: mode, promise: promise)
            return
        }
        promise?.succeed()
        if mode == .all {
            self.holdsBackClose = false
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }
}
