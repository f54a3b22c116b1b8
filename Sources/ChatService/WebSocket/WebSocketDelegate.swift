package import NIOCore

/// What one WebSocket tells its owner. Every method is called on the channel's event loop.
///
/// A connection holds its delegate until `webSocketClosed`. No method may block; closing the socket inside of one is
/// fine.
package protocol WebSocketDelegate: AnyObject {
    /// The upgrade is answered: frames may be sent.
    func webSocketOpened(_ socket: WebSocketConnection)
    /// One whole text message in valid UTF-8.
    func webSocket(_ socket: WebSocketConnection, received text: ByteBuffer)
    /// One whole binary message. The delegate decides what that means; the connection stays open.
    func webSocketReceivedBinary(_ socket: WebSocketConnection, _ bytes: ByteBuffer)
    /// The connection is over. Comes exactly once after `webSocketOpened`, whatever ended it.
    /// - Parameter code: the code of the first close frame, the peer's or ours; nil when there was none, or an empty
    ///   one.
    func webSocketClosed(_ socket: WebSocketConnection, code: CloseCode?)
    /// The server shuts down gracefully: say goodbye with ``WebSocketConnection/close(_:reason:)`` soon.
    func webSocketQuiescing(_ socket: WebSocketConnection)
    /// The channel's outbound buffer crossed its high or low mark. Does nothing unless implemented.
    func webSocketWritabilityChanged(_ socket: WebSocketConnection, isWritable: Bool)
}

extension WebSocketDelegate {
    package func webSocketWritabilityChanged(_ socket: WebSocketConnection, isWritable: Bool) {}
}
