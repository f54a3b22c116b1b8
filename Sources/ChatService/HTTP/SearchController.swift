import Auth
import BSON
import Chat
import HTTPTypes
import Hummingbird

/// `GET /search` in all rooms of the user or in one, and `GET /chat/{room_id}/search` in that room.
struct SearchController: Sendable {
    let admission: Admission
    let store: any SearchStore

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("search", use: search)
        group.get("chat/:room_id/search", use: searchRoom)
    }

    /// `?q&room_id&from&has&before_id&limit` -> `{"messages": [newest first], "next_before_id"}`.
    @Sendable private func search(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let parameters = try QueryParameters(request.uri.query)
        guard let identity = context.identity else { throw ChatError.unauthorized("a token is needed") }
        let query = try Self.query(parameters)
        if let room = parameters["room_id"] {
            return try await page(of: RoomID(room), query, for: identity.userID)
        }
        try admission.health.requireReady()
        return Self.response(try await store.search(query, inRoomsOf: identity.userID), isOfOneRoom: false)
    }

    /// `?q&from&has&before_id&limit` -> `{"messages": [newest first], "next_before_id", "indexed_through"}`.
    @Sendable private func searchRoom(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        guard let identity = context.identity else { throw ChatError.unauthorized("a token is needed") }
        // The router compares and hands over the path as it came.
        guard let name = String(percentEncoded: Substring(context.parameters.get("room_id") ?? "")) else {
            throw ChatError.badRequest("the path is not percent-encoded UTF-8")
        }
        let room = try RoomID(name)
        return try await page(of: room, Self.query(QueryParameters(request.uri.query)), for: identity.userID)
    }

    /// Who may read a room's history may search it.
    private func page(of id: RoomID, _ query: SearchQuery, for user: UserID) async throws -> Response {
        guard let room = try await admission.readable(id, for: user), !room.isBlank else {
            return Self.response(.empty, isOfOneRoom: true)
        }
        return Self.response(try await store.search(query, in: id, from: room.firstSeq), isOfOneRoom: true)
    }

    private static func query(_ parameters: QueryParameters) throws(ChatError) -> SearchQuery {
        var before: ObjectID?
        if let text = parameters["before_id"] {
            before = ObjectID(text)
            guard before != nil else { throw .badRequest("before_id is not a message id (24 hex digits)") }
        }
        return try SearchQuery(
            text: parameters["q"], author: parameters["from"].map { (id) throws(ChatError) in try UserID(id) },
            attributes: SearchQuery.attributes(parameters["has"]), before: before,
            limit: PageLimit.parse(parameters["limit"]))
    }

    private static func response(_ page: SearchPage, isOfOneRoom: Bool) -> Response {
        .json { json in
            json.array("messages") { json in
                for hit in page.hits { json.raw(hit.json()) }
            }
            json.key("next_before_id")
            if let id = page.nextBeforeID { json.string(id.description) } else { json.null() }
            guard isOfOneRoom else { return }
            json.key("indexed_through")
            if let seq = page.indexedThrough { json.integer(seq) } else { json.null() }
        }
    }
}
