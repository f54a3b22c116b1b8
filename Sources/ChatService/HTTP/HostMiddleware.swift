import Chat
import Hummingbird

/// Refuses requests that do not say which host they are for (RFC 9112, section 3.2): those reach it without an authority.
struct HostMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.head.authority != nil else {
            throw ChatError.badRequest("exactly one Host is needed, and it must be a host")
        }
        return try await next(request, context)
    }
}
