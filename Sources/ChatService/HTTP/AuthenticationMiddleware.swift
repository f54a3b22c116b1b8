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
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        context.identity = try await admission.acting(
            admission.identify(request).identity, as: header(Admission.actAsHeader),
            name: header(Admission.actAsNameHeader))
        return try await next(request, context)
    }
}

extension Admission {
    func identify(_ request: Request) throws(ChatError) -> (identity: Identity, subprotocol: String?) {
        try identify(
            authorization: request.headers[values: .authorization],
            subprotocols: request.headers[values: .secWebSocketProtocol], query: request.uri.query)
    }
}
