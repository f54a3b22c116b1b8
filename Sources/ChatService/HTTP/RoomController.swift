import Auth
import Chat
import Hummingbird

/// `/rooms`: making, finding, changing and ending rooms.
struct RoomController: Sendable {
    let rooms: RoomService
    let reading: Reading

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.post("rooms", use: create)
        group.get("rooms", use: list)
        group.post("rooms/direct", use: direct)
        group.get("rooms/:room_id", use: room)
        group.patch("rooms/:room_id", use: update)
        group.delete("rooms/:room_id", use: delete)
    }

    /// `{"id"?, "name"?, "visibility"?, "topic"?, "description"?, "icon"?, "settings"?, "members"?}` -> 201, the room.
    @Sendable private func create(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let new = try await request.fields { (fields) throws(ChatError) in try Self.newRoom(fields) }
        let room = try await rooms.create(new, by: identity)
        return .json(.created) { room.writeFields(to: &$0, forAdmins: true) }
    }

    private static func newRoom(_ fields: borrowing ClientFrameFields) throws(ChatError) -> RoomService.NewRoom {
        var new = RoomService.NewRoom()
        new.id = try fields.optionalText("id").map { (text) throws(ChatError) in try RoomID(text) }
        new.name = try fields.optionalText("name")
        new.topic = try fields.optionalText("topic") ?? ""
        new.description = try fields.optionalText("description") ?? ""
        new.icon = try fields.optionalText("icon") ?? ""
        if let visibility = try fields.optionalText("visibility") { new.kind = try Self.kind(visibility) }
        let settings = try fields.optionalObject("settings") { (fields) throws(ChatError) in try SettingsPatch(fields) }
        settings?.apply(to: &new.settings)
        new.members = try fields.optionalTexts("members", upTo: RoomService.maximumFirstMembers)
            .map { (text) throws(ChatError) in try UserID(text) }
        return new
    }

    static func kind(_ text: String) throws(ChatError) -> RoomKind {
        guard let kind = RoomKind(rawValue: text) else {
            throw .badRequest("visibility is public, private or group")
        }
        return kind
    }

    /// `{"user_id"}` -> the room of the two: 201 when it is new.
    @Sendable private func direct(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let other = try await request.fields { (fields) throws(ChatError) in try UserID(fields.text("user_id")) }
        let (room, isNew) = try await rooms.direct(with: other, by: identity)
        return .json(isNew ? .created : .ok) { room.writeFields(to: &$0) }
    }

    /// `?scope=mine|public&q&after&limit` -> `{"rooms", "next_after"}`.
    @Sendable private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (text) throws(ChatError) in try RoomID(text) }
        try rooms.admission.health.requireReady()
        switch query["scope"] ?? "mine" {
        case "mine": return try await mine(identity, after, limit)
        case "public": return try await directory(query["q"], after, limit)
        default: throw ChatError.badRequest("scope is mine or public")
        }
    }

    private func mine(_ identity: Identity, _ after: RoomID?, _ limit: Int) async throws -> Response {
        let page = try await rooms.store.rooms(of: identity.userID, after: after, limit: limit)
        return .json { json in
            json.array("rooms") { json in
                for listed in page.rooms {
                    let (id, user) = (listed.room.id, identity.userID)
                    // What is in memory is newer than what is noted in the database.
                    let last = max(rooms.admission.rooms.live(id)?.delivered ?? 0, listed.room.lastSeqHint)
                    let read = max(listed.readFrom, reading.position(id, user) ?? 0)
                    json.beginObject()
                    listed.room.writeFields(to: &json)
                    json.field("role", listed.membership.role.rawValue)
                    json.field("last_seq", last)
                    json.field("read_seq", read)
                    json.field("unread", max(last - read, 0))
                    json.endObject()
                }
            }
            json.field("next_after", page.next?.rawValue)
        }
    }

    private func directory(_ text: String?, _ after: RoomID?, _ limit: Int) async throws -> Response {
        if let text, !(1...256).contains(text.unicodeScalars.count) {
            throw ChatError.badRequest("q has 1 to 256 characters")
        }
        var position: DirectoryPosition?
        if let after {
            guard let room = try await rooms.admission.store.room(after), room.kind == .public else {
                throw ChatError.badRequest("after is no room of the directory")
            }
            position = DirectoryPosition(name: room.name, room: room.id)
        }
        let page = try await rooms.store.directory(query: text, after: position, limit: limit)
        return .json { json in
            json.array("rooms") { json in
                for room in page.rooms {
                    json.beginObject()
                    room.writeFields(to: &json)
                    json.endObject()
                }
            }
            json.field("next_after", page.next?.room.rawValue)
        }
    }

    /// -> the room, with the caller's role.
    @Sendable private func room(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let handle = try await rooms.admission.openExisting(context.roomID())
        try await rooms.admission.require(.read, of: identity.userID, in: handle)
        let access = handle.live.access
        return .json { json in
            handle.room.writeFields(to: &json, forAdmins: access.allows(.configure, to: identity.userID))
            json.field("role", access.standing(of: identity.userID)?.role?.rawValue)
            json.field("last_seq", handle.live.delivered ?? 0)
        }
    }

    /// `{"name"?, "topic"?, "description"?, "icon"?, "visibility"?, "archived"?, "locked"?, "settings"?}` -> the room.
    @Sendable private func update(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let patch = try await request.fields { (fields) throws(ChatError) in try Self.patch(fields) }
        let room = try await rooms.update(id, patch, by: identity)
        let isAdmin = rooms.admission.rooms.live(id)?.access.allows(.configure, to: identity.userID) ?? false
        return .json { room.writeFields(to: &$0, forAdmins: isAdmin) }
    }

    private static func patch(_ fields: borrowing ClientFrameFields) throws(ChatError) -> RoomService.Patch {
        var patch = RoomService.Patch()
        patch.name = try fields.optionalText("name")
        patch.topic = try fields.optionalText("topic")
        patch.description = try fields.optionalText("description")
        patch.icon = try fields.optionalText("icon")
        patch.kind = try fields.optionalText("visibility").map { (text) throws(ChatError) in try Self.kind(text) }
        patch.archived = try fields.optionalFlag("archived")
        patch.locked = try fields.optionalFlag("locked")
        let settings = try fields.optionalObject("settings") { (fields) throws(ChatError) in try SettingsPatch(fields) }
        if let settings { patch.settings = { (room) throws(ChatError) in settings.apply(to: &room) } }
        return patch
    }

    /// -> 204. The room is gone for good.
    @Sendable private func delete(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await rooms.delete(context.roomID(), by: context.requireIdentity())
        return Response(status: .noContent)
    }
}

extension ListedRoom {
    /// Everything up to here counts as read, as far as it is stored.
    fileprivate var readFrom: Int64 { max(readSeq, membership.joinedSeq, room.firstSeq - 1) }
}

extension JSONWriter {
    /// Null where there is none.
    mutating func field(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }
}
