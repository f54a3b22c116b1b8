import Auth
import BSON
import Chat
import Hummingbird

/// `/rooms/{room_id}/bans`, `/mutes` and `/audit`.
struct ModerationController: Sendable {
    let rooms: RoomService

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("rooms/:room_id/bans", use: bans)
        group.put("rooms/:room_id/bans/:user_id", use: ban)
        group.delete("rooms/:room_id/bans/:user_id", use: unban)
        group.put("rooms/:room_id/mutes/:user_id", use: mute)
        group.delete("rooms/:room_id/mutes/:user_id", use: unmute)
        group.get("rooms/:room_id/audit", use: audit)
    }

    /// `?after&limit` -> `{"bans": [{"user_id", "reason", "until"}], "next_after"}`.
    @Sendable private func bans(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (text) throws(ChatError) in try UserID(text) }
        try await rooms.require(.ban, in: id, by: identity)
        let page = try await rooms.store.bans(of: id, after: after, limit: limit)
        return .json { json in
            json.array("bans") { json in
                for (user, ban) in page {
                    json.beginObject()
                    json.field("user_id", user.rawValue)
                    json.field("reason", ban.reason)
                    json.key("until")
                    if let until = ban.until { json.timestamp(until) } else { json.null() }
                    json.endObject()
                }
            }
            json.field("next_after", page.count == limit ? page.last?.user.rawValue : nil)
        }
    }

    /// `{"reason"?, "duration"?}`, the latter in seconds.
    private static func measure(_ request: Request) async throws -> (seconds: Int64?, reason: String?) {
        try await request.fields { (fields) throws(ChatError) in
            let reason = try fields.optionalText("reason").map { (text) throws(ChatError) in
                try RoomText.text(text, upTo: RoomText.reasonLength, "reason")
            }
            return (try fields.optionalInteger("duration"), reason)
        }
    }

    /// `{"reason"?, "duration"?}` (seconds) -> `{"user_id", "until"}`.
    @Sendable private func ban(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (id, user) = try (context.roomID(), context.userID())
        let (seconds, reason) = try await Self.measure(request)
        let ban = try await rooms.ban(user, from: id, seconds: seconds, reason: reason, by: identity)
        return Self.response(user, ban.until)
    }

    @Sendable private func unban(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await rooms.unban(context.userID(), from: context.roomID(), by: context.requireIdentity())
        return Response(status: .noContent)
    }

    /// `{"duration", "reason"?}` (seconds) -> `{"user_id", "until"}`.
    @Sendable private func mute(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (id, user) = try (context.roomID(), context.userID())
        let (seconds, reason) = try await Self.measure(request)
        guard let seconds else { throw ChatError.badRequest("duration is missing") }
        let until = try await rooms.mute(user, in: id, seconds: seconds, reason: reason, by: identity)
        return Self.response(user, until)
    }

    @Sendable private func unmute(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await rooms.unmute(context.userID(), in: context.roomID(), by: context.requireIdentity())
        return Response(status: .noContent)
    }

    /// `?before&limit` -> `{"entries": [the newest first], "next_before"}`.
    @Sendable private func audit(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let before = try query["before"].map { (text) throws(ChatError) in
            guard let id = ObjectID(text) else { throw .badRequest("before is not an id (24 hex digits)") }
            return id
        }
        try await rooms.require(.readAudit, in: id, by: identity)
        let entries = try await rooms.store.audit(of: id, before: before, limit: limit)
        return .json { json in
            json.array("entries") { json in
                for entry in entries { entry.write(to: &json) }
            }
            json.key("next_before")
            if entries.count == limit, let last = entries.last { json.id(last.id) } else { json.null() }
        }
    }

    private static func response(_ user: UserID, _ until: Timestamp?) -> Response {
        .json { json in
            json.field("user_id", user.rawValue)
            json.key("until")
            if let until { json.timestamp(until) } else { json.null() }
        }
    }
}

extension AuditEntry {
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id)
        json.field("actor", actor.rawValue)
        if let via { json.field("via", via.rawValue) }
        json.field("target", target?.rawValue)
        json.field("action", action)
        json.field("reason", reason)
        json.field("detail", detail)
        json.field("at", at)
        json.endObject()
    }
}
