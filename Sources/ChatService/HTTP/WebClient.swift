import HTTPTypes
import Hummingbird
import Logging

/// The bundled web client: static files, with the headers that keep scripts of others out.
struct WebClient: Sendable {
    let folder: String
    let logger: Logger

    func addMiddleware(to router: Router<ServiceRequestContext>) {
        router.add(middleware: WebClientHeaders())
        router.add(
            middleware: FileMiddleware(
                fileProvider: WebClientFiles(folder: folder, logger: logger),
                cacheControl: .init([(MediaType(type: .any), [.noCache])]), searchForIndexHtml: true))
    }
}

/// Adds the security headers to the files, and to nothing else that has them.
private struct WebClientHeaders: RouterMiddleware {
    typealias Context = ServiceRequestContext

    private static let policy = [
        "default-src 'self'", "connect-src 'self' ws: wss:", "img-src 'self' data:", "object-src 'none'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        // The library reads some ranges wrongly, and the files are small: each is sent whole (RFC 9110, section 14.2).
        var head = request.head
        head.headerFields[.range] = nil
        var response = try await next(Request(head: head, body: request.body), context)
        response.headers[.acceptRanges] = nil
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        return response
    }
}
