import Auth
import Chat
import Hummingbird

/// `/users/{user_id}`: what the team's own application does with users.
struct AccountController: Sendable {
    let rooms: RoomService

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.post("users/:user_id/disconnect", use: disconnect)
        group.post("users/:user_id/revoke", use: revoke)
    }

    /// -> `{"sockets"}`: how many were ended.
    @Sendable private func disconnect(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try service(context)
        let count = try await rooms.disconnect(context.userID(), by: identity)
        return .json { $0.field("sockets", count) }
    }

    /// -> 204. Every token that the user has by now is void.
    @Sendable private func revoke(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try service(context)
        try await rooms.revokeTokens(of: context.userID(), by: identity)
        return Response(status: .noContent)
    }

    /// - Throws: `forbidden` for a token without the scope.
    private func service(_ context: ServiceRequestContext) throws(ChatError) -> Identity {
        let identity = try context.requireIdentity()
        guard identity.isService else { throw .forbidden("this takes the scope chat:service") }
        try rooms.admission.health.requireReady()
        return identity
    }
}
