import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Stands between NIO's HTTP codec and whatever answers requests, and turns the connection into a WebSocket when a request
/// asks for that. It performs what ``UpgradeState`` says.
///
/// The handlers for plain HTTP are made with the first request that needs them, so a connection whose first request is the
/// upgrade never has them, nor a task beyond the one that waits for this decision.
///
/// NIO's own typed upgrade handler is not used: it looks at a connection's first request only, loses the head of a request
/// that it does not upgrade, and never finishes one that has a body.
final class HTTPUpgradeHandler {
    /// What a connection turned out to be.
    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case webSocket
        /// It ended before it said anything.
        case closed
    }

    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let configuration: WebSocketServerConfiguration
    private let decide: UpgradeDecision.Decider
    private let logger: Logger

    private var outcome: EventLoopPromise<Outcome>?
    private var state = UpgradeState()
    private var plainHandlers: [any RemovableChannelHandler]?
    private var headTimeout: Scheduled<Void>?
    private var isReadHeld = false
    private var isInputClosed = false
    private var isQuiescing = false
    /// Whether the HTTP task, which ends by closing the channel, must be kept from doing that.
    private var holdsBackClose = false

    init(
        encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        configuration: WebSocketServerConfiguration, outcome: EventLoopPromise<Outcome>,
        logger: Logger, decide: @escaping UpgradeDecision.Decider
    ) {
        self.encoder = encoder
        self.decoder = decoder
        self.configuration = configuration
        self.outcome = outcome
        self.logger = logger
        self.decide = decide
    }

    private func finish(_ outcome: Outcome) {
        self.outcome?.succeed(outcome)
        self.outcome = nil
    }

    // MARK: Requests

    private func pass(_ parts: [HTTPServerRequestPart], context: ChannelHandlerContext) {
        guard self.addPlainHandlers(context: context) else { return }
        for part in parts {
            context.fireChannelRead(Self.wrapInboundOut(part))
        }
    }

    /// Builds what Hummingbird's `HTTP1Channel` builds, once.
    private func addPlainHandlers(context: ChannelHandlerContext) -> Bool {
        guard self.plainHandlers == nil else { return true }
        let http = self.configuration.http
        var handlers: [any RemovableChannelHandler] = [HTTP1ToHTTPServerCodec(secure: false)]
        handlers += http.additionalChannelHandlers()
        handlers.append(HTTPConnectionStateHandler(idleTimeout: http.idleTimeout.map { .init($0) }, logger: self.logger))
        do {
            try context.pipeline.syncOperations.addHandlers(handlers, position: .after(self))
            let channel = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
                wrappingChannelSynchronously: context.channel,
                configuration: .init(isOutboundHalfClosureEnabled: true))
            self.plainHandlers = handlers
            self.headTimeout?.cancel()
            self.headTimeout = nil
            self.finish(.http(channel))
            return true
        } catch {
            self.logger.debug("Connection closed while its handlers were made", metadata: ["error": "\(error)"])
            context.close(promise: nil)
            return false
        }
    }

    // MARK: Upgrade

    private func startDecision(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let promise = context.eventLoop.makePromise(of: UpgradeDecision.self)
        let (decide, channel) = (self.decide, context.channel)
        promise.completeWithTask { await decide(head, channel) }
        promise.futureResult.assumeIsolated().whenSuccess { decision in
            self.finishDecision(decision, context: context)
        }
    }

    private func finishDecision(_ decision: UpgradeDecision, context: ChannelHandlerContext) {
        guard context.channel.isActive, !self.isInputClosed else {
            context.close(promise: nil)
            return
        }
        switch decision {
        case .accept(let subprotocol, let makeDelegate):
            guard case .upgrade(let head) = self.state.decided(accepted: true) else { return }
            self.upgrade(head, subprotocol: subprotocol, delegate: makeDelegate(context.eventLoop), context: context)
        case .decline:
            guard case .pass(let parts) = self.state.decided(accepted: false) else { return }
            self.pass(parts, context: context)
            context.fireChannelReadComplete()
            self.releaseRead(context: context)
        }
    }

    private func upgrade(
        _ request: HTTPRequestHead, subprotocol: String?, delegate: any WebSocketDelegate,
        context: ChannelHandlerContext
    ) {
        let key = request.headers[canonicalForm: "sec-websocket-key"].first.map(String.init) ?? ""
        var response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols)
        response.headers.add(name: "Upgrade", value: "websocket")
        response.headers.add(name: "Connection", value: "Upgrade")
        response.headers.add(name: "Sec-WebSocket-Accept", value: WebSocketHandshake.accept(key: key))
        if let subprotocol {
            response.headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
        }
        // It leaves together with what the delegate sends first.
        context.write(Self.wrapOutboundOut(.head(response)), promise: nil)

        let connection = WebSocketConnection(
            channel: context.channel, configuration: self.configuration.webSocket,
            asksForReads: self.plainHandlers != nil, delegate: delegate)
        let pipeline = context.pipeline.syncOperations
        do {
            if let bytes = self.configuration.webSocket.kernelSendBufferBytes {
                try context.channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: .init(bytes))
            }
            try pipeline.addHandler(connection, position: .before(self))
        } catch {
            context.close(promise: nil)
            return
        }
        self.headTimeout?.cancel()
        self.headTimeout = nil
        self.finish(.webSocket)
        pipeline.removeHandler(self.encoder, promise: nil)
        connection.open()
        if self.isQuiescing { connection.quiesce() }
        // Leaves at the loop's next turn, and then gives what it holds behind the request to the connection.
        pipeline.removeHandler(self.decoder).assumeIsolated().whenComplete { _ in connection.endRead() }
        self.releaseRead(context: context)
        self.leave(context: context)
    }

    /// Takes all HTTP handlers out of the pipeline. The one of `NIOAsyncChannel` cannot be: its task is ended by an error,
    /// and its last act, closing the channel, is held back; then this handler goes, too.
    private func leave(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard let plainHandlers = self.plainHandlers else {
            pipeline.removeHandler(self, promise: nil)
            return
        }
        self.plainHandlers = nil
        for handler in plainHandlers {
            pipeline.removeHandler(handler, promise: nil)
        }
        self.holdsBackClose = true
        context.fireErrorCaught(ConnectionUpgraded())
    }

    private func releaseRead(context: ChannelHandlerContext) {
        guard self.isReadHeld else { return }
        self.isReadHeld = false
        context.read()
    }
}

/// Ends the HTTP task of a connection that became a WebSocket.
struct ConnectionUpgraded: Error {}

// MARK: - Inbound

extension HTTPUpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    func handlerAdded(context: ChannelHandlerContext) {
        guard let timeout = self.configuration.http.idleTimeout else { return }
        self.headTimeout = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.headTimeout?.cancel()
        self.headTimeout = nil
        self.finish(.closed)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
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
            if let request = self.state.wroteResponse() {
                self.startDecision(request, context: context)
            }
        }
    }

    private func completed(_ head: HTTPResponseHead) -> HTTPResponseHead {
        var head = head
        if self.state.isWritingLastResponse, head.status.code >= 200 {
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
