import Auth
import Chat
import Hummingbird

/// Users and how they are seen: `/users/{id}`, `/users/me/status`, `/chat/{room_id}/presence`.
struct UserController: Sendable {

    let admission: Admission
    let people: People

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("users/:user_id", use: user)
        group.get("users/me", use: user)
        group.get("users/me/status", use: status)
        group.put("users/me/status", use: changeStatus)
        group.get("chat/:room_id/presence", use: presence)
    }

    /// -> `{"user_id", "username", "status", "text"?, "emoji"?, "expires_at"?, "last_seen"}`; `me` is oneself.
    @Sendable private func user(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let asker = try context.author()
        let isOwn = context.parameters.get("user_id") == nil
        let user = try isOwn ? asker.id : UserID(context.pathText("user_id"))
        try admission.health.requireReady()
        var profile = try await people.store.profile(of: user)
        if profile == nil, user == asker.id {
            profile = UserProfile(
                id: user, username: asker.username, status: .standard, lastSeen: nil, seenBeforeHiding: nil)
        }
        guard let profile else { throw ChatError.notFound("there is no such user") }
        let status = profile.status.current(at: .now)
        let isHidden = status.kind == .invisible && user != asker.id
        let connected = people.shown(user)
        let shown =
            user == asker.id || connected == nil
            ? ShownStatus(status, isConnected: false, toHimself: user == asker.id) : connected ?? .offline
        let seen: Timestamp? =
            isHidden ? profile.seenBeforeHiding : people.isConnected(user) ? .now : profile.lastSeen
        return .json { json in
            json.field("user_id", user.rawValue)
            json.field("username", profile.username)
            shown.writeFields(to: &json)
            json.key("last_seen")
            if let seen { json.timestamp(seen) } else { json.null() }
        }
    }

    /// -> `{"status", "text"?, "emoji"?, "expires_at"?}`.
    @Sendable private func status(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let user = try context.author().id
        try admission.health.requireReady()
        let profile = try await people.store.profile(of: user)
        return Self.response((profile?.status ?? .standard).current(at: .now))
    }

    /// `{"status", "text"?, "emoji"?, "expires_at"?}` -> the same.
    @Sendable private func changeStatus(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let author = try context.author()
        let status = try await request.fields { (fields) throws(ChatError) in try fields.status(now: .now) }
        try admission.health.requireReady()
        try await people.set(status, of: author)
        return Self.response(status)
    }

    /// `?after&limit` -> `{"count", "users": [{"user_id", "status", …}], "next_after"}`.
    @Sendable private func presence(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let asker = try context.author().id
        let id = try RoomID(context.pathText("room_id"))
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (id) throws(ChatError) in try UserID(id) }
        _ = try await admission.readable(id, for: asker)
        let (users, count) = admission.rooms.live(id)?.present(after: after, limit: limit) ?? ([], 0)
        return .json { json in
            json.field("count", count)
            json.array("users") { json in
                for user in users {
                    json.beginObject()
                    json.field("user_id", user.rawValue)
                    (people.shown(user) ?? ShownStatus(.standard, isConnected: true)).writeFields(to: &json)
                    json.endObject()
                }
            }
            json.key("next_after")
            if users.count == limit, let last = users.last { json.string(last.rawValue) } else { json.null() }
        }
    }

    private static func response(_ status: UserStatus) -> Response {
        .json { ShownStatus(status, isConnected: true, toHimself: true).writeFields(to: &$0) }
    }
}
