/// What went wrong, as a client sees it: the same codes on WebSocket and REST.
///
/// Never carries anything of the database or of another user: the details go to the log.
package struct ChatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An error code on the wire. Open: later versions may add some.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package static let badRequest = Code(rawValue: "bad_request")
        package static let unauthorized = Code(rawValue: "unauthorized")
        package static let forbidden = Code(rawValue: "forbidden")
        package static let notFound = Code(rawValue: "not_found")
        package static let muted = Code(rawValue: "muted")
        package static let banned = Code(rawValue: "banned")
        package static let slowMode = Code(rawValue: "slow_mode")
        package static let rateLimited = Code(rawValue: "rate_limited")
        package static let tooLarge = Code(rawValue: "too_large")
        package static let filtered = Code(rawValue: "filtered")
        package static let conflict = Code(rawValue: "conflict")
        package static let gone = Code(rawValue: "gone")
        package static let unavailable = Code(rawValue: "unavailable")
        package static func rateLimited(_ message: String, retryAfterMilliseconds: Int64) -> ChatError {
            .init(.rateLimited, message, isTemporary: true, retryAfterMilliseconds: retryAfterMilliseconds)
        }
        package static let internalError = Code(rawValue: "internal")
    }

    package var code: Code
    /// One plain sentence for a person.
    package var message: String
    /// Whether the same request may work later.
    package var isTemporary: Bool
    /// When it may work again, where that is known.
    package var retryAfterMilliseconds: Int64?

    package init(
        _ code: Code, _ message: String, isTemporary: Bool = false, retryAfterMilliseconds: Int64? = nil
    ) {
        self.code = code
        self.message = message
        self.isTemporary = isTemporary
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }

    package static func badRequest(_ message: String) -> ChatError { .init(.badRequest, message) }
    package static func notFound(_ message: String) -> ChatError { .init(.notFound, message) }
    package static func forbidden(_ message: String) -> ChatError { .init(.forbidden, message) }
    package static func conflict(_ message: String) -> ChatError { .init(.conflict, message) }
    package static func tooLarge(_ message: String) -> ChatError { .init(.tooLarge, message) }
    package static func unauthorized(_ message: String) -> ChatError { .init(.unauthorized, message) }
    package static func unavailable(_ message: String) -> ChatError {
        .init(.unavailable, message, isTemporary: true)
    }
    package static func rateLimited(_ message: String, retryAfterMilliseconds: Int64) -> ChatError {
        .init(.rateLimited, message, isTemporary: true, retryAfterMilliseconds: retryAfterMilliseconds)
    }
    package static let internalError = ChatError(.internalError, "something went wrong on the server")

    package var description: String { "\(code.rawValue): \(message)" }
}
