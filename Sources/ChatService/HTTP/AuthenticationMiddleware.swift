import Auth
import Chat
import HTTPTypes
import Hummingbird

/// Lets only requests with a valid token pass, and notes who asks.
struct AuthenticationMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    let admission: Admission

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let identity = try admission.identify(request).identity
        (context.identity, context.isTrusted) = (try Self.acting(identity, request), identity.isService)
        return try await next(request, context)
    }

    /// The team's own application may ask as any user: `X-Act-As: USER_ID`, percent-encoded, and `X-Act-As-Name`.
    ///
    /// - Throws: `forbidden` for any other token with that header.
    private static func acting(_ identity: Identity, _ request: Request) throws(ChatError) -> Identity {
        guard let name = HTTPField.Name("X-Act-As"), let text = request.headers[name] else { return identity }
        guard identity.isService else { throw .forbidden("acting for others takes the scope chat:service") }
        guard let id = String(percentEncoded: Substring(text)) else {
            throw .badRequest("X-Act-As is not percent-encoded UTF-8")
        }
        let user = try UserID(id)
        let shown = HTTPField.Name("X-Act-As-Name").flatMap { request.headers[$0] }.flatMap {
            String(percentEncoded: Substring($0))
        }
        let username = shown.flatMap(DisplayName.cleaned) ?? DisplayName.cleaned(id) ?? id
        return Identity(userID: user, username: username, expiresAt: identity.expiresAt, issuedAt: identity.issuedAt)
    }
}

extension Admission {
    func identify(_ request: Request) throws(ChatError) -> (identity: Identity, subprotocol: String?) {
        try identify(
            authorization: request.headers[values: .authorization],
            subprotocols: request.headers[values: .secWebSocketProtocol], query: request.uri.query)
    }
}
