// Echoes every WebSocket message on any path: the server that Autobahn's fuzzing client is pointed at. It exists for
// tests only and uses the product's own WebSocket code.
//
//     EchoServer [PORT]        0 or nothing: any free port; the line `ready ws://127.0.0.1:PORT/echo` names it

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import WebSocket

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class Echo: WebSocketDelegate {
    func webSocketOpened(_ socket: WebSocketConnection) {}

    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer) {
        socket.send(text: text)
    }

    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer) {
        socket.send(binary: bytes)
    }

    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?) {}

    func webSocketQuiescing(_ socket: WebSocketConnection) {
        socket.close(.goingAway)
    }
}

// Autobahn's group 9 sends messages of 16 MiB, and one of 4 MiB in fragments of 64 bytes.
let configuration = WebSocketServerConfiguration(
    webSocket: WebSocketConfiguration(maximumMessageBytes: 32 * 1024 * 1024, maximumFragments: 1 << 20))

let channel = WebSocketServerChannel(configuration: configuration) { _, _ in
    .accept(subprotocol: nil) { _ in Echo() }
} responder: { _, writer, _ in
    try await writer.writeResponse(HTTPResponse(status: .upgradeRequired, headerFields: [.contentLength: "0"]))
}

var logger = Logger(label: "echo")
logger.logLevel = .warning
let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 0
let server = Server(
    childChannelSetup: channel,
    configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port), backlog: 4096),
    onServerRunning: { channel in
        print("ready ws://127.0.0.1:\(channel.localAddress?.port ?? 0)/echo")
        fflush(nil)  // at once, also into a file or a pipe
    },
    eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
    logger: logger)
try await server.run()
