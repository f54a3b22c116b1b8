package import NIOCore
package import NIOHTTP1

/// What becomes of a valid request for a WebSocket.
package enum UpgradeDecision: Sendable {
    /// Answer 101. `subprotocol` must be one that the client offered, or nil. The delegate is made on the event loop.
    case accept(subprotocol: String?, makeDelegate: @Sendable (any EventLoop) -> any WebSocketDelegate)
    /// The HTTP responder gets the request and answers it; then the connection ends.
    case decline

    /// Decides about a request; may take its time, but no longer than the HTTP idle timeout.
    package typealias Decider = @Sendable (HTTPRequestHead, any Channel) async -> UpgradeDecision
}
