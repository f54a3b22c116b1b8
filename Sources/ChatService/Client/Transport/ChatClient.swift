package import NIOCore
package import NIOHTTP1
internal import NIOPosix
internal import NIOWebSocket

/// Opens WebSockets, on NIO's own WebSocket client.
package enum ChatClient {
    package struct Options: Sendable {
        /// For connecting and for the answer to the upgrade together.
        package var timeout: TimeAmount = .seconds(10)
        /// Larger messages end the connection with 1009.
        package var maximumMessageBytes = 16 << 20
        /// Reading from the socket stops while so many messages, or so many bytes, wait for their reader.
        package var maximumBufferedMessages = 1_024
        package var maximumBufferedBytes = 32 << 20
        /// The kernel's receive buffer (`SO_RCVBUF`), for tests of slow readers.
        package var receiveBufferBytes: Int?

        package init() {}
    }

    /// - Parameters:
    ///   - url: `ws://host:port/path?query`.
    ///   - headers: more headers for the request, such as `Authorization`.
    ///   - subprotocols: what to offer in `Sec-WebSocket-Protocol`.
    /// - Throws: ``UpgradeRefused`` when the server answers with another status than 101, else ``ChatClientError``.
    package static func connect(
        url: String, headers: HTTPHeaders = [:], subprotocols: [String] = [], options: Options = Options(),
        group: any EventLoopGroup
    ) async throws -> ChatConnection {
        let address = try ServerAddress(url)
        return try await connect(
            to: address, headers: headers, subprotocols: subprotocols, options: options, group: group)
    }

    package static func connect(
        to address: ServerAddress, headers: HTTPHeaders = [:], subprotocols: [String] = [],
        options: Options = Options(), group: any EventLoopGroup
    ) async throws -> ChatConnection {
        var headers = headers
        headers.replaceOrAdd(name: "Host", value: address.authority)
        if !subprotocols.isEmpty {
            headers.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: subprotocols.joined(separator: ", "))
        }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target, headers: headers)
        var bootstrap = ClientBootstrap(group: group).connectTimeout(options.timeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
        if let bytes = options.receiveBufferBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(bytes))
        }
        let upgrade: EventLoopFuture<Upgrade>
        do {
            upgrade = try await bootstrap.connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture { try configure(channel, head, options) }
            }
        } catch {
            throw ChatClientError.connecting(to: address, error)
        }
        switch try await outcome(of: upgrade) {
        case .accepted(let connection):
            try check(connection, offered: subprotocols)
            return connection
        case .refused(let response):
            throw UpgradeRefused(response: try await response.get())
        }
    }

    private enum Upgrade: Sendable {
        case accepted(ChatConnection)
        case refused(EventLoopFuture<HTTPResponse>)
    }

    /// Sets up the pipeline for the request; the answer decides what it becomes.
    private static func configure(
        _ channel: any Channel, _ head: HTTPRequestHead, _ options: Options
    ) throws -> EventLoopFuture<Upgrade> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(
            maxFrameSize: options.maximumMessageBytes, enableAutomaticErrorHandling: false
        ) { channel, response in
            channel.eventLoop.makeCompletedFuture { .accepted(try open(channel, response, options)) }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let promise = channel.eventLoop.makePromise(of: HTTPResponse.self)
                        let collector = ResponseCollector(promise, maximumBodyBytes: PlainHTTP.maximumBodyBytes)
                        try channel.pipeline.syncOperations.addHandler(collector)
                        return .refused(promise.futureResult)
                    }
                }))
        try channel.pipeline.syncOperations.addHandler(LateEnd())
        // The first frames may come in one piece with the 101; the default drops them.
        configuration.leftOverBytesStrategy = .forwardBytes
        let upgrade = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: configuration)
        let alarm = channel.eventLoop.scheduleTask(in: options.timeout) { channel.close(promise: nil) }
        upgrade.whenComplete { result in
            switch result {
            case .success(.accepted):
                alarm.cancel()
            case .success(.refused(let response)):
                // The body may still be under way; until it is there the alarm goes on to watch over it.
                response.whenComplete { _ in alarm.cancel() }
            case .failure:
                alarm.cancel()
                channel.close(promise: nil)
            }
        }
        return upgrade
    }

    private static func open(
        _ channel: any Channel, _ response: HTTPResponseHead, _ options: Options
    ) throws -> ChatConnection {
        let mailbox = FrameMailbox(
            maximumFrames: options.maximumBufferedMessages, maximumBytes: options.maximumBufferedBytes)
        let handler = ClientFrameHandler(mailbox: mailbox, maximumMessageBytes: options.maximumMessageBytes)
        try channel.pipeline.syncOperations.addHandler(handler)
        // In case the channel was closed before the handler could be told.
        channel.closeFuture.whenComplete { _ in mailbox.finish(.success(())) }
        return ChatConnection(
            channel: channel, mailbox: mailbox, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop),
            headers: response.headers)
    }

    private static func outcome(of upgrade: EventLoopFuture<Upgrade>) async throws -> Upgrade {
        do {
            return try await upgrade.get()
        } catch let error as NIOHTTPClientUpgradeError {
            throw ChatClientError(.badAnswer, "the server's 101 is not a WebSocket's", cause: error)
        } catch {
            throw ChatClientError(.badAnswer, "the server closed the connection without an answer", cause: error)
        }
    }

    /// RFC 6455 section 4.1: an answer that chooses what was not offered ends the connection.
    private static func check(_ connection: ChatConnection, offered: [String]) throws {
        let chosen = connection.responseHeaders["Sec-WebSocket-Protocol"]
        let isOffered = chosen.count <= 1 && chosen.allSatisfy(offered.contains)
        guard isOffered, !connection.responseHeaders.contains(name: "Sec-WebSocket-Extensions") else {
            Task { await connection.abort() }
            throw ChatClientError(.badAnswer, "the server chose a subprotocol or an extension that was not offered")
        }
    }
}
