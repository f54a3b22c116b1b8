/// Why a connection could not be made, or ended with a fault.
package struct ChatClientError: Error, Sendable, CustomStringConvertible {
    /// Open: later versions may add some.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The address is not one that this client can use.
        package static let badAddress = Code(rawValue: "bad_address")
        /// Nobody answers there.
        package static let cannotConnect = Code(rawValue: "cannot_connect")
        /// Something answered in time, but not as HTTP or WebSocket says.
        package static let badAnswer = Code(rawValue: "bad_answer")
        /// It took longer than allowed.
        package static let timeout = Code(rawValue: "timeout")
        /// The connection is closed.
        package static let closed = Code(rawValue: "closed")
        /// The server sent frames that RFC 6455 forbids.
        package static let protocolViolation = Code(rawValue: "protocol_violation")
        /// Two tasks waited for the next message of one connection.
        package static let severalReaders = Code(rawValue: "several_readers")
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
