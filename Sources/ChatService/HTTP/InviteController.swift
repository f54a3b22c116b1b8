import Auth
import Chat
import Hummingbird

/// Invitations (`/rooms/{room_id}/invites`, `/invites`) and requests to be let in (`/rooms/{room_id}/requests`).
struct InviteController: Sendable {
    private static let maximumListed = 1_000

    let rooms: RoomService

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.post("rooms/:room_id/invites", use: invite)
        group.get("rooms/:room_id/invites", use: invites)
        group.delete("rooms/:room_id/invites/:code", use: revoke)
        group.get("invites", use: mine)
        group.post("invites/:code", use: accept)
        group.delete("invites/:code", use: decline)
        group.post("rooms/:room_id/requests", use: ask)
        group.get("rooms/:room_id/requests", use: requests)
        group.put("rooms/:room_id/requests/:user_id", use: approve)
        group.delete("rooms/:room_id/requests/:user_id", use: refuse)
    }

    /// `{"user_id"?, "expires_in"?, "max_uses"?}` -> 201, the invitation; without a user it is a link.
    @Sendable private func invite(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let (user, seconds, uses) = try await request.fields { (fields) throws(ChatError) in
            (
                try fields.optionalText("user_id").map { (text) throws(ChatError) in try UserID(text) },
                try fields.optionalInteger("expires_in"), try fields.optionalInteger("max_uses")
            )
        }
        let invite = try await rooms.invite(user, to: id, seconds: seconds, uses: uses, by: identity)
        return .json(.created) { invite.writeFields(to: &$0) }
    }

    /// -> `{"invites"}`: all that stand. For moderators.
    @Sendable private func invites(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let id = try context.roomID()
        try await rooms.require(.approve, in: id, by: context.requireIdentity())
        return Self.response(try await rooms.store.invites(to: id, limit: Self.maximumListed))
    }

    @Sendable private func revoke(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await rooms.revoke(context.pathText("code"), in: context.roomID(), by: context.requireIdentity())
        return Response(status: .noContent)
    }

    /// -> `{"invites"}`: those that wait for the caller's answer.
    @Sendable private func mine(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        try rooms.admission.health.requireReady()
        let invites = try await rooms.store.invites(of: identity.userID, limit: Self.maximumListed)
        return Self.response(invites.filter { !$0.isOver(at: .now) })
    }

    /// -> `{"room_id", "role"}`.
    @Sendable private func accept(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        try rooms.admission.health.requireReady()
        let (room, membership) = try await rooms.accept(code: context.pathText("code"), by: identity)
        return .json { json in
            json.field("room_id", room.rawValue)
            json.field("role", membership.role.rawValue)
        }
    }

    @Sendable private func decline(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try rooms.admission.health.requireReady()
        try await rooms.decline(context.pathText("code"), by: context.requireIdentity())
        return Response(status: .noContent)
    }

    /// `{"message"?}` -> 202. Asks to be let in.
    @Sendable private func ask(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let message = try await request.fields { (fields) throws(ChatError) in try fields.optionalText("message") ?? ""
        }
        try await rooms.requestEntry(to: context.roomID(), message: message, by: identity)
        return .json(.accepted) { $0.field("status", "waiting") }
    }

    /// `?after&limit` -> `{"requests": [{"user_id", "message", "at"}], "next_after"}`. For moderators.
    @Sendable private func requests(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let id = try context.roomID()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (text) throws(ChatError) in try UserID(text) }
        try await rooms.require(.approve, in: id, by: context.requireIdentity())
        let page = try await rooms.store.requests(to: id, after: after, limit: limit)
        return .json { json in
            json.array("requests") { json in
                for request in page {
                    json.beginObject()
                    json.field("user_id", request.user.rawValue)
                    json.field("message", request.message)
                    json.field("at", request.at)
                    json.endObject()
                }
            }
            json.field("next_after", page.count == limit ? page.last?.user.rawValue : nil)
        }
    }

    @Sendable private func approve(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await rooms.approve(context.userID(), in: context.roomID(), by: context.requireIdentity())
        return Response(status: .noContent)
    }

    @Sendable private func refuse(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await rooms.refuse(context.userID(), in: context.roomID(), by: context.requireIdentity())
        return Response(status: .noContent)
    }

    private static func response(_ invites: [Invite]) -> Response {
        .json { json in
            json.array("invites") { json in
                for invite in invites {
                    json.beginObject()
                    invite.writeFields(to: &json)
                    json.endObject()
                }
            }
        }
    }
}

extension Invite {
    fileprivate func writeFields(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("room_id", room.rawValue)
        json.field("user_id", user?.rawValue)
        json.field("created_by", createdBy.rawValue)
        json.field("created_at", createdAt)
        json.key("expires_at")
        if let expiresAt { json.timestamp(expiresAt) } else { json.null() }
        json.key("uses_left")
        if let usesLeft { json.integer(usesLeft) } else { json.null() }
    }
}
