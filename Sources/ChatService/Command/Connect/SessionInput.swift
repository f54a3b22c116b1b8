internal import ChatClient

/// What reaches the driver, from the network, the keyboard, the clock and the system.
enum SessionInput: Sendable {
    /// Of the attempt with this number; those of earlier attempts no longer count.
    case opened(attempt: Int, ChatConnection)
    case frame(attempt: Int, ServerFrame)
    case ended(attempt: Int, ConnectionEnd)
    case pong(attempt: Int)
    /// An answer of the REST interface.
    case page(SessionEvent)
    case deadline
    case line(String)
    case endOfInput
    case bytes([UInt8])
    /// The window has another size.
    case resized
    /// SIGINT, SIGTERM or SIGHUP.
    case signal
}
