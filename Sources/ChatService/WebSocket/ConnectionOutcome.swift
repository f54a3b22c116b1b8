import NIOCore
import NIOHTTPTypes

/// What a connection turned out to be.
enum ConnectionOutcome: Sendable {
    case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    case webSocket
    /// It ended before it said anything.
    case closed
}
