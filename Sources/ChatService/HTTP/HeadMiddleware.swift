import Hummingbird

/// Takes the body out of every answer to HEAD, errors included (RFC 9110, section 9.3.2): on a connection that goes on,
/// the client would take it for the next response.
struct HeadMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
