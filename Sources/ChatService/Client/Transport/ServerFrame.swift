/// A whole message of the server, its fragments put together.
package enum ServerFrame: Hashable, Sendable {
    case text(String)
    case binary([UInt8])

    /// The text; `nil` for a binary message.
    package var text: String? {
        switch self {
        case .text(let text): text
        case .binary: nil
        }
    }

    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}

/// How the server closed a connection.
package struct CloseReason: Hashable, Sendable {
    /// A close code (RFC 6455 section 7.4); 1005 when the close frame had none.
    package var code: Int
    package var reason: String

    package init(code: Int, reason: String = "") {
        self.code = code
        self.reason = reason
    }
}
