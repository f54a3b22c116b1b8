package import NIOCore

/// What ``FrameParser`` found in the bytes of a peer.
package enum FrameEvent: Equatable, Sendable {
    /// A whole message, put together from its fragments and unmasked. An uncompressed text is valid UTF-8; a compressed
    /// one still has to be inflated and checked.
    case message(MessageKind, ByteBuffer, compressed: Bool)
    /// A ping with its payload (0 to 125 bytes), to be answered with a pong of the same payload.
    case ping(ByteBuffer)
    /// A pong with its payload (0 to 125 bytes).
    case pong(ByteBuffer)
    /// The peer's close frame; without a code when its payload was empty. Nothing follows.
    case close(CloseCode?, reason: String)
    /// The peer broke a rule: fail the connection with that code. Nothing follows.
    case violation(CloseCode, String)

    /// The two kinds of messages.
    package enum MessageKind: Hashable, Sendable {
        case text
        case binary
    }
}
