package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1

/// A server's connections: HTTP/1.1 by Hummingbird's rules, and WebSockets for requests that ask for one and are
/// accepted.
///
/// A WebSocket belongs to its event loop alone: ``handle(value:logger:)`` returns as soon as a connection became one.
package struct WebSocketServerChannel: ServerChildChannel, HTTPChannelHandler {
    /// A connection of which it is not known yet what it will be.
    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
        let outcome: EventLoopFuture<ConnectionOutcome>
    }

    package let responder: Responder
    private let configuration: WebSocketServerConfiguration
    private let upgrade: UpgradeDecision.Decider

    /// - Parameters:
    ///   - upgrade: decides about each valid request for a WebSocket.
    ///   - responder: answers every other request, and those that are declined or malformed; what is wrong with the
    ///     latter
    ///     it learns from ``WebSocketHandshake/verdict(on:)``.
    package init(
        configuration: WebSocketServerConfiguration = WebSocketServerConfiguration(),
        upgrade: @escaping UpgradeDecision.Decider,
        responder: @escaping Responder
    ) {
        self.configuration = configuration
        self.upgrade = upgrade
        self.responder = responder
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let limits = self.configuration.http.httpDecoder
            var decoderLimits = NIOHTTPDecoderLimitConfiguration()
            decoderLimits.maxHeaderFieldSize = limits.maxHeaderFieldSize
            decoderLimits.maxHeaderListSize = limits.maxHeaderListSize
            decoderLimits.maxHeaderFieldCount = limits.maxHeaderFieldCount

            let outcome = channel.eventLoop.makePromise(of: ConnectionOutcome.self)
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits))
            let upgrader = HTTPUpgradeHandler(
                encoder: encoder, decoder: decoder, configuration: self.configuration, outcome: outcome,
                logger: logger, decide: self.upgrade)
            try channel.pipeline.syncOperations.addHandlers(encoder, decoder, upgrader)
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            try channel.syncOptions?.setOption(.recvAllocator, value: ReceiveBuffers())
            return Value(channel: channel, outcome: outcome.futureResult)
        }
    }

    package func handle(value: Value, logger: Logger) async {
        switch try? await value.outcome.get() {
        case .http(let channel): await self.handleHTTP(asyncChannel: channel, logger: logger)
        case .webSocket, .closed, nil: break
        }
    }
}
