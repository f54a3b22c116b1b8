import Auth
import BSON
import Chat
import Hummingbird
import NIOCore

/// What a user has not read, who has read a message, and whether that is shared.
struct ReadingController: Sendable {

    let admission: Admission
    let reading: Reading
    let mentions: any MentionStore

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("users/me/unread", use: unread)
        group.get("users/me/settings", use: settings)
        group.put("users/me/settings", use: changeSettings)
        group.get("chat/:room_id/messages/:message_id/readers", use: readers)
    }

    /// `?after&limit` -> `{"rooms": [{"room_id", "name", "unread", "mentions", "last_seq", "read_seq", "last_message"}], "next_after"}`.
    @Sendable private func unread(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let user = try context.author().id
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (id) throws(ChatError) in try RoomID(id) }
        try admission.health.requireReady()
        let page = try await reading.store.unread(of: user, after: after, limit: limit)
        let mentioned = Dictionary(grouping: try await mentions.recentMentions(of: user), by: \.room)
        let rooms = page.rooms.map { stored in
            var room = current(stored, user)
            room.mentions = mentioned[room.room, default: []].count { $0.seq > room.readSeq }
            return room
        }
        return .json { json in
            json.array("rooms") { json in
                for room in rooms { room.write(to: &json) }
            }
            json.key("next_after")
            if let next = page.nextAfter { json.string(next.rawValue) } else { json.null() }
        }
    }

    /// What is in memory is newer than what is noted in the database.
    private func current(_ stored: UnreadRoom, _ user: UserID) -> UnreadRoom {
        var room = stored
        if let newest = admission.rooms.live(room.room)?.newestMessage, newest.seq >= room.lastSeq {
            room.lastSeq = newest.seq
            if let message = newest.message { room.lastMessage = message }
        }
        if let last = room.lastMessage, last.seq < room.firstVisible { room.lastMessage = nil }
        room.readSeq = max(room.readSeq, reading.position(room.room, user) ?? 0)
        return room
    }

    /// `?after&limit` -> `{"readers": [user ids], "next_after"}`.
    @Sendable private func readers(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (room, message) = try await admission.message(context)
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (id) throws(ChatError) in try UserID(id) }
        guard room.sharesReceipts else { throw ChatError.forbidden("this room does not tell who has read what") }
        await reading.flush()
        let page = try await reading.store.readers(of: message, after: after, limit: limit)
        return .json { json in
            json.array("readers") { json in
                for user in page.readers { json.string(user.rawValue) }
            }
            json.key("next_after")
            if let next = page.nextAfter { json.string(next.rawValue) } else { json.null() }
        }
    }

    /// -> `{"read_receipts"}`.
    @Sendable private func settings(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let user = try context.author().id
        try admission.health.requireReady()
        return Self.settings(try await reading.store.sharesReceipts(user))
    }

    /// `{"read_receipts"}` -> the same.
    @Sendable private func changeSettings(
        _ request: Request, _ context: ServiceRequestContext
    ) async throws -> Response {
        let author = try context.author()
        let shares = try await request.fields { (fields) throws(ChatError) in try fields.flag("read_receipts") }
        try admission.health.requireReady()
        try await reading.setShares(shares, of: author)
        return Self.settings(shares)
    }

    private static func settings(_ shares: Bool) -> Response {
        .json { $0.field("read_receipts", shares) }
    }
}

extension UnreadRoom {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.field("room_id", room.rawValue)
        json.field("name", name)
        json.field("unread", unread)
        json.field("mentions", mentions)
        json.field("last_seq", lastSeq)
        json.field("read_seq", readSeq)
        json.key("last_message")
        if let lastMessage { json.raw(lastMessage.json()) } else { json.null() }
        json.endObject()
    }
}
