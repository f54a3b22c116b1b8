import HTTPTypes
import Hummingbird
import Logging

/// Logs each request with its id, and gives the id to the client. Queries are left out: they may hold a token.
struct RequestLogMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    static let requestID = HTTPField.Name("X-Request-ID")

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        if let name = Self.requestID { response.headers[name] = context.id }
        // Probes come every few seconds and tell nothing.
        let isProbe = ["/healthz", "/health", "/readyz"].contains(request.uri.path)
        context.logger.log(
            level: isProbe ? .debug : .info, "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "duration": "\(start.duration(to: .now))",
            ])
        return response
    }
}
