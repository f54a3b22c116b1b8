import Chat
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import WebSocket

/// Turns whatever a handler throws into an error body.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as ChatError {
            return .error(error)
        } catch let error as any HTTPResponseError {
            return .error(Self.chatError(for: error.status))
        } catch is CancellationError {
            return .error(.unavailable("the service is stopping"))
        } catch is HTTPParserError {
            // The client broke off in the middle of its body: nobody's error but its own.
            return .error(.badRequest("the request is not whole"))
        } catch is SlowRequest {
            var response = Response.error(ChatError(.badRequest, "the body came too slowly", isTemporary: true))
            response.status = .requestTimeout
            return response
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return .error(.internalError)
        }
    }

    /// What the router and the body reader refuse by themselves.
    private static func chatError(for status: HTTPResponse.Status) -> ChatError {
        switch status {
        case .notFound: .notFound("there is nothing at this address")
        case .contentTooLarge: .tooLarge("the body is too large")
        case .internalServerError: .internalError
        default: .badRequest("the request is not understood")
        }
    }
}
