import Auth
import Chat
import Hummingbird

/// `/users/{user_id}/export` and `DELETE /users/{user_id}`: handing out and erasing what is stored of a person.
struct PersonalController: Sendable {
    private static let pageSize = 500

    let erasure: Erasure

    private var rooms: RoomService { erasure.rooms }

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("users/:user_id/export", use: export)
        group.delete("users/:user_id", use: erase)
    }

    /// `?after` -> `{"user_id", "username", "last_seen", "rooms", "blocks", "reactions", "messages", "next_after"}`; with
    /// `after` only further messages. For oneself (`me`) and for the team's own application.
    @Sendable private func export(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let name = try context.pathText("user_id")
        let user = name == "me" ? identity.userID : try UserID(name)
        guard user == identity.userID || identity.isService else {
            throw ChatError.forbidden("the data of others takes the scope chat:service")
        }
        try rooms.admission.health.requireReady()
        let after = try Self.position(QueryParameters(request.uri.query)["after"])
        if after == nil { try await erasure.recordExport(of: user, by: identity) }
        let page = try await rooms.store.messages(of: user, after: after, limit: Self.pageSize)
        let rest = after == nil ? try await rest(of: user) : nil
        return .json { json in
            json.field("user_id", user.rawValue)
            rest?.write(to: &json)
            json.array("messages") { json in
                for message in page.messages { json.raw(message.json()) }
            }
            json.field("next_after", page.next.map { "\($0.room)/\($0.clientID)" })
        }
    }

    private struct Rest {
        var username: String?
        var lastSeen: Timestamp?
        var rooms: [ListedRoom] = []
        var blocked: [UserID] = []
        var reactions: [GivenReaction] = []

        func write(to json: inout JSONWriter) {
            json.field("username", username)
            json.key("last_seen")
            if let lastSeen { json.timestamp(lastSeen) } else { json.null() }
            json.array("rooms") { json in
                for listed in rooms {
                    json.beginObject()
                    json.field("room_id", listed.room.id.rawValue)
                    json.field("name", listed.room.name)
                    json.field("role", listed.membership.role.rawValue)
                    json.field("read_seq", listed.readSeq)
                    json.endObject()
                }
            }
            json.array("blocks") { json in
                for user in blocked { json.string(user.rawValue) }
            }
            json.array("reactions") { json in
                for given in reactions {
                    json.beginObject()
                    json.field("room_id", given.room.rawValue)
                    json.field("message_id", given.message)
                    json.field("reaction", given.reaction.text)
                    json.endObject()
                }
            }
        }
    }

    private func rest(of user: UserID) async throws -> Rest {
        var rest = Rest()
        if let person = try await rooms.store.person(user) {
            (rest.username, rest.lastSeen) = (person.username, person.lastSeen)
        }
        var after: RoomID?
        repeat {
            let page = try await rooms.store.rooms(of: user, after: after, limit: Self.pageSize)
            rest.rooms += page.rooms
            after = page.next
        } while after != nil && rest.rooms.count < 10_000
        rest.blocked = try await rooms.store.blocked(by: user, after: nil, limit: 10_000)
        rest.reactions = try await rooms.store.reactions(of: user, limit: 10_000)
        return rest
    }

    private static func position(_ text: String?) throws(ChatError) -> PersonalPosition? {
        guard let text else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .badRequest("after is no place of an export") }
        return PersonalPosition(room: try RoomID(String(parts[0])), clientID: String(parts[1]))
    }

    /// -> `{"messages", "reactions", "rooms"}`: how many were emptied, taken back and left.
    @Sendable private func erase(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        guard identity.isService else { throw ChatError.forbidden("this takes the scope chat:service") }
        let user = try context.userID()
        try rooms.admission.health.requireReady()
        // To its end, also when whoever asked does not wait for it.
        let task = Task { () async -> Result<Erasure.Counts, ChatError> in
            do throws(ChatError) { return .success(try await erasure.erase(user, by: identity)) } catch {
                return .failure(error)
            }
        }
        let counts = try await task.value.get()
        return .json { json in
            json.field("messages", counts.messages)
            json.field("reactions", counts.reactions)
            json.field("rooms", counts.rooms)
        }
    }
}
