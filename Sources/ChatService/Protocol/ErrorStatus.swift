package import Chat
package import HTTPTypes

extension ChatError {
    /// The HTTP status of each error code; the one place that says so.
    package var status: HTTPResponse.Status {
        switch code {
        case .badRequest: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden, .muted, .banned: .forbidden
        case .notFound: .notFound
        case .slowMode, .rateLimited: .tooManyRequests
        case .tooLarge: .contentTooLarge
        case .filtered: .unprocessableContent
        case .conflict: .conflict
        case .gone: .gone
        case .unavailable: .serviceUnavailable
        default: .internalServerError
        }
    }
}
