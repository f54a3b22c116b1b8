import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

@testable import WebSocket

/// The product's server on a free port, with an echo behind every path but these: `/decline` is declined after a
/// moment, `/protocol` is accepted with a subprotocol, `/greet` is greeted, `/slow` waits for `releaseSlow()`, `/stay`
/// does not care about shutdowns.
struct TestServer {
    let port: Int
    /// What the delegates of all connections saw.
    let events: AsyncStream<String>
    let releaseSlow: @Sendable () -> Void
    let server: Server<WebSocketServerChannel>

    static func running(
        _ configuration: WebSocketServerConfiguration = WebSocketServerConfiguration(),
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let (events, eventsSource) = AsyncStream.makeStream(of: String.self)
        let (slow, slowSource) = AsyncStream.makeStream(of: Void.self)
        let (ports, portsSource) = AsyncStream.makeStream(of: Int.self)
        let channel = WebSocketServerChannel(configuration: configuration) { head, _ in
            switch head.uri {
            case "/decline":
                return .decline
            case "/slow":
                for await _ in slow { break }
            default:
                break
            }
            return .accept(subprotocol: head.uri == "/protocol" ? "chat.v2" : nil) { _ in
                Echo(events: eventsSource, path: head.uri)
            }
        } responder: { request, writer, _ in
            try await Self.respond(to: request, writer)
        }
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { portsSource.yield($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run()
                eventsSource.yield("stopped")
            }
            var port = 0
            for await bound in ports {
                port = bound
                break
            }
            try await body(
                TestServer(port: port, events: events, releaseSlow: { slowSource.yield() }, server: server))
            group.cancelAll()
        }
    }

    /// Answers with what it understood of the request.
    private static func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
        var body = "\(request.method.rawValue) \(request.uri.path)"
        for try await part in request.body {
            body += " \(part.readableBytes)"
        }
        let status: HTTPResponse.Status =
            switch WebSocketHandshake.verdict(on: request.head) {
            case .notAsked: .ok
            case .valid: .unauthorized
            case .malformed: .badRequest
            case .wrongVersion: .upgradeRequired
            }
        let buffer = ByteBuffer(string: body)
        let response = HTTPResponse(status: status, headerFields: [.contentLength: "\(buffer.readableBytes)"])
        var bodyWriter = try await writer.writeHead(response)
        try await bodyWriter.write(buffer)
        try await bodyWriter.finish(nil)
    }

    private final class Echo: WebSocketDelegate {
        private let events: AsyncStream<String>.Continuation
        private let path: String

        init(events: AsyncStream<String>.Continuation, path: String) {
            self.events = events
            self.path = path
        }

        func webSocketOpened(_ socket: WebSocketConnection) {
            self.events.yield("opened")
            guard self.path == "/greet" else { return }
            socket.send(text: "welcome")
            socket.channel.writeAndFlush(FrameWriter.textFrame("directly"), promise: nil)
        }

        func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
            switch String(buffer: text) {
            case "close": socket.close(.kicked, reason: "out")
            case "force": socket.forceClose()
            case "handlers": socket.send(text: Self.httpHandlers(of: socket.channel).joined(separator: " "))
            default: socket.send(text: text)
            }
        }

        /// Those of the HTTP handlers that are still in the pipeline.
        private static func httpHandlers(of channel: any Channel) -> [String] {
            let pipeline = channel.pipeline.syncOperations
            return [
                ("encoder", { _ = try pipeline.context(handlerType: HTTPResponseEncoder.self) }),
                ("decoder", { _ = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self) }),
                ("upgrader", { _ = try pipeline.context(handlerType: HTTPUpgradeHandler.self) }),
                ("state", { _ = try pipeline.context(handlerType: HTTPConnectionStateHandler.self) }),
            ].compactMap { (name: String, find: () throws -> Void) in (try? find()) == nil ? nil : name }
        }

        func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
            socket.send(binary: bytes)
        }

        func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {
            self.events.yield("closed \(code.map(\.description) ?? "-")")
        }

        func webSocketQuiescing(_ socket: WebSocketConnection) {
            if self.path != "/stay" { socket.close(.shutdown) }
        }
    }
}

extension AsyncStream<String> {
    /// The next events of a test's server.
    func first(_ count: Int) async -> [String] {
        var events: [String] = []
        for await event in self {
            events.append(event)
            if events.count == count { break }
        }
        return events
    }
}
