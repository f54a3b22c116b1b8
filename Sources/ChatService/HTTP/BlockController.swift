import Auth
import Chat
import Hummingbird

/// `/users/me/blocks`: whom a user does not want to hear of.
struct BlockController: Sendable {
    let rooms: RoomService

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("users/me/blocks", use: list)
        group.put("users/me/blocks/:user_id", use: block)
        group.delete("users/me/blocks/:user_id", use: unblock)
    }

    /// `?after&limit` -> `{"users", "next_after"}`.
    @Sendable private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (text) throws(ChatError) in try UserID(text) }
        try rooms.admission.health.requireReady()
        let users = try await rooms.store.blocked(by: identity.userID, after: after, limit: limit)
        return .json { json in
            json.array("users") { json in
                for user in users { json.string(user.rawValue) }
            }
            json.field("next_after", users.count == limit ? users.last?.rawValue : nil)
        }
    }

    /// -> 204.
    @Sendable private func block(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (identity, user) = (try context.requireIdentity(), try context.userID())
        guard user != identity.userID else { throw ChatError.badRequest("nobody blocks himself") }
        try rooms.admission.health.requireReady()
        try await rooms.block(user, by: identity.userID)
        return Response(status: .noContent)
    }

    /// -> 204.
    @Sendable private func unblock(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (identity, user) = (try context.requireIdentity(), try context.userID())
        try rooms.admission.health.requireReady()
        try await rooms.unblock(user, by: identity.userID)
        return Response(status: .noContent)
    }
}
