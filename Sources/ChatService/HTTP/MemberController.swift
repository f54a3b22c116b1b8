import Auth
import Chat
import Hummingbird

/// `/rooms/{room_id}/members`: who is in a room, coming, going and roles.
struct MemberController: Sendable {
    let rooms: RoomService

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("rooms/:room_id/members", use: list)
        group.put("rooms/:room_id/members/:user_id", use: put)
        group.delete("rooms/:room_id/members/:user_id", use: remove)
        group.post("rooms/:room_id/owner", use: transfer)
    }

    /// `?q&after&limit` -> `{"members", "next_after"}`, in the order of the user ids.
    @Sendable private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (text) throws(ChatError) in try UserID(text) }
        if let text = query["q"], !(1...256).contains(text.unicodeScalars.count) {
            throw ChatError.badRequest("q has 1 to 256 characters")
        }
        try await rooms.admission.require(
            .seeMembers, of: identity.userID, in: rooms.admission.openExisting(id))
        let page = try await rooms.store.members(of: id, after: after, query: query["q"], limit: limit)
        return .json { json in
            json.array("members") { json in
                for member in page.members {
                    json.beginObject()
                    json.field("user_id", member.user.rawValue)
                    json.field("username", member.username)
                    json.field("role", member.role.rawValue)
                    json.field("joined_at", member.joinedAt)
                    if let until = member.mutedUntil, until > .now { json.field("muted_until", until) }
                    json.endObject()
                }
            }
            json.field("next_after", page.next?.rawValue)
        }
    }

    /// `{"role"?}` -> `{"user_id", "role"}`.
    @Sendable private func put(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (id, user) = try (context.roomID(), context.userID())
        let role = try await request.fields { (fields) throws(ChatError) in try fields.optionalText("role") }
            .map { (text) throws(ChatError) in try Role(text) }
        let membership = try await rooms.put(user, in: id, as: role, by: identity)
        return .json { json in
            json.field("user_id", user.rawValue)
            json.field("role", membership.role.rawValue)
        }
    }

    /// `?reason` -> 204. Oneself: leaves; another: puts him out.
    @Sendable private func remove(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (id, user) = try (context.roomID(), context.userID())
        if user == identity.userID {
            try await rooms.leave(id, by: identity)
        } else {
            let reason = try QueryParameters(request.uri.query)["reason"].map { (text) throws(ChatError) in
                try RoomText.text(text, upTo: RoomText.reasonLength, "reason")
            }
            try await rooms.kick(user, from: id, reason: reason, by: identity)
        }
        return Response(status: .noContent)
    }

    /// `{"user_id"}` -> 204. Hands the room over.
    @Sendable private func transfer(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let user = try await request.fields { (fields) throws(ChatError) in try UserID(fields.text("user_id")) }
        try await rooms.transfer(id, to: user, by: identity)
        return Response(status: .noContent)
    }
}
