import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Stands between NIO's HTTP codec and whatever answers requests, and turns the connection into a WebSocket when a
/// request asks for that. It performs what ``UpgradeState`` says.
///
/// The handlers for plain HTTP are made with the first request that needs them, so a connection whose first request is
/// the upgrade never has them, nor a task beyond the one that waits for this decision.
///
/// NIO's own typed upgrade handler is not used: it looks at a connection's first request only, loses the head of a
/// request that it does not upgrade, and never finishes one that has a body.
final class HTTPUpgradeHandler {
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    let configuration: WebSocketServerConfiguration
    private let decide: UpgradeDecision.Decider
    private let logger: Logger

    private var outcome: EventLoopPromise<ConnectionOutcome>?
    var state = UpgradeState()
    var plainHandlers: [any RemovableChannelHandler]?
    var headTimeout: Scheduled<Void>?
    var isReadHeld = false
    var isInputClosed = false
    var isQuiescing = false
    var pace: BodyPace
    var paceTimer: Scheduled<Void>?
    /// Whether the channel was asked for more since something last came.
    var isReading = false
    var isAnsweringSlowRequest = false
    /// Whether the HTTP task, which ends by closing the channel, must be kept from doing that.
    var holdsBackClose = false

    init(
        encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        configuration: WebSocketServerConfiguration, outcome: EventLoopPromise<ConnectionOutcome>,
        logger: Logger, decide: @escaping UpgradeDecision.Decider
    ) {
        self.encoder = encoder
        self.decoder = decoder
        self.configuration = configuration
        self.pace = BodyPace(grace: configuration.bodyGrace)
        self.outcome = outcome
        self.logger = logger
        self.decide = decide
    }

    func finish(_ outcome: ConnectionOutcome) {
        self.outcome?.succeed(outcome)
        self.outcome = nil
    }

    // MARK: Requests

    func pass(_ parts: [HTTPServerRequestPart], context: ChannelHandlerContext) {
        guard self.addPlainHandlers(context: context) else { return }
        for part in parts {
            context.fireChannelRead(Self.wrapInboundOut(part))
        }
    }

    /// Builds what Hummingbird's `HTTP1Channel` builds, once.
    func addPlainHandlers(context: ChannelHandlerContext) -> Bool {
        guard self.plainHandlers == nil else { return true }
        let http = self.configuration.http
        var handlers: [any RemovableChannelHandler] = [HTTP1ToHTTPServerCodec(secure: false)]
        handlers += http.additionalChannelHandlers()
        handlers.append(
            HTTPConnectionStateHandler(idleTimeout: http.idleTimeout.map { .init($0) }, logger: self.logger))
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

    func startDecision(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
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
        // It leaves together with what the delegate sends first.
        context.write(Self.wrapOutboundOut(.head(Self.answer(to: request, subprotocol: subprotocol))), promise: nil)

        let connection = WebSocketConnection(
            channel: context.channel, configuration: self.configuration.webSocket,
            asksForReads: self.plainHandlers != nil, delegate: delegate)
        let pipeline = context.pipeline.syncOperations
        do {
            try self.setOptions(of: context.channel)
            try pipeline.addHandler(connection, position: .before(self))
        } catch {
            context.close(promise: nil)
            return
        }
        self.headTimeout?.cancel()
        self.headTimeout = nil
        self.finish(.webSocket)
        // From here on the channel takes bytes from whoever writes to it, so the owner may write to it directly, too.
        pipeline.removeHandler(self.encoder, promise: nil)
        self.releaseRead(context: context)
        self.leave(context: context)
        connection.open()
        if self.isQuiescing { connection.quiesce() }
        // Leaves at the loop's next turn, and then gives what it holds behind the request to the connection.
        pipeline.removeHandler(self.decoder).assumeIsolated().whenComplete { _ in connection.endRead() }
    }

    private func setOptions(of channel: any Channel) throws {
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        guard let bytes = self.configuration.webSocket.kernelSendBufferBytes else { return }
        try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: .init(bytes))
    }

    /// The 101 of RFC 6455 section 4.2.2.
    private static func answer(to request: HTTPRequestHead, subprotocol: String?) -> HTTPResponseHead {
        let key = request.headers[canonicalForm: "sec-websocket-key"].first.map(String.init) ?? ""
        var response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols)
        response.headers.add(name: "Upgrade", value: "websocket")
        response.headers.add(name: "Connection", value: "Upgrade")
        response.headers.add(name: "Sec-WebSocket-Accept", value: WebSocketHandshake.accept(key: key))
        if let subprotocol {
            response.headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
        }
        return response
    }

    /// Takes all HTTP handlers out of the pipeline. The one of `NIOAsyncChannel` cannot be: its task is ended by an
    /// error, and its last act, closing the channel, is held back; then this handler goes, too.
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
