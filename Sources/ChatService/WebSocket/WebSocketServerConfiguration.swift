package import HummingbirdCore
package import NIOCore

/// How the server treats a connection, before and after it became a WebSocket.
package struct WebSocketServerConfiguration: Sendable {
    /// Plain HTTP. Its idle timeout (default 30 seconds) also bounds the time for a connection's first request head
    /// and for the decision about an upgrade.
    package var http: HTTP1Channel.Configuration
    /// How long a request's body may take, besides a second for each 4 KiB of it.
    package var bodyGrace: TimeAmount
    /// After the upgrade.
    package var webSocket: WebSocketConfiguration

    package init(
        http: HTTP1Channel.Configuration = .init(idleTimeout: .seconds(30)),
        bodyGrace: TimeAmount = .seconds(20),
        webSocket: WebSocketConfiguration = WebSocketConfiguration()
    ) {
        self.http = http
        self.bodyGrace = bodyGrace
        self.webSocket = webSocket
    }
}
