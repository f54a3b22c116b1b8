import Auth
import BSON
import Chat
import HTTPTypes
import Hummingbird
import NIOCore
import WebSocket

/// `/chat/{room_id}/…`: a room's history and search.
struct ChatController: Sendable {
    let admission: Admission

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("chat/:room_id", use: webSocketOnly)
        group.get("chat/:room_id/events", use: webSocketOnly)
        group.get("chat/:room_id/history", use: history)
        group.get("chat/:room_id/search", use: search)
    }

    /// `?before_id&after_id&limit` -> `{"messages": [oldest first], "next_before_id"}`.
    @Sendable private func history(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, user, query) = try parameters(request, context)
        let limit = try PageLimit.parse(query["limit"])
        let position = try position(query)
        let room = try await admission.readable(id, for: user)
        if let page = admission.rooms.live(id)?.recentPage(at: position, limit: limit) { return Self.response(page) }
        guard let room else { return Self.response(HistoryPage(messages: [], nextBeforeID: nil)) }
        let page = try await admission.store.history(of: room, at: position, limit: limit)
        return Self.response(
            HistoryPage(messages: page.messages.map { $0.json() }, nextBeforeID: page.nextBeforeID))
    }

    /// `?q&limit&before_id&from` -> `{"messages": [newest first], "next_before_id"}`.
    @Sendable private func search(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, user, query) = try parameters(request, context)
        guard let text = query["q"] else { throw ChatError.badRequest("q is missing") }
        let search = try SearchQuery(
            text: text, author: query["from"].map { (id) throws(ChatError) in try UserID(id) },
            before: Self.objectID(query, "before_id"), limit: PageLimit.parse(query["limit"]))
        guard let room = try await admission.readable(id, for: user) else {
            return Self.response(HistoryPage(messages: [], nextBeforeID: nil))
        }
        let page = try await admission.store.search(search, in: room)
        return Self.response(
            HistoryPage(messages: page.messages.map { $0.json() }, nextBeforeID: page.nextBeforeID))
    }

    /// An upgrade that was refused comes here, and so does a plain request: the reason is found again and told.
    @Sendable private func webSocketOnly(_ request: Request, _ context: ServiceRequestContext) async throws -> Response
    {
        let (id, user, _) = try parameters(request, context)
        // The router passes over a slash at the end and a doubled one; such an address has no socket.
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        guard WebSocketRoutes.Route(path: path) != nil else {
            throw ChatError.notFound("there is no socket at this address")
        }
        switch WebSocketHandshake.verdict(on: request.head) {
        case .valid:
            _ = try await admission.listen(to: id, as: user)
            // Now it would be let in: whatever stood in the way is gone.
            throw ChatError.unavailable("the connection could not be made; try again")
        case .malformed:
            throw ChatError.badRequest("the WebSocket handshake is malformed")
        case .notAsked, .wrongVersion:
            return Self.upgradeRequired
        }
    }

    private static var upgradeRequired: Response {
        var response = Response.json(.upgradeRequired) { json in
            json.object("error") { json in
                ChatError.badRequest("this address is a WebSocket (version 13)").writeFields(to: &json)
            }
        }
        response.headers[.upgrade] = "websocket"
        response.headers[.connection] = "upgrade"
        response.headers[.secWebSocketVersion] = WebSocketHandshake.version
        return response
    }

    private func parameters(
        _ request: Request, _ context: ServiceRequestContext
    ) throws(ChatError) -> (room: RoomID, user: UserID, query: QueryParameters) {
        guard let identity = context.identity else { throw .unauthorized("a token is needed") }
        // The router compares and hands over the path as it came.
        guard let name = String(percentEncoded: Substring(context.parameters.get("room_id") ?? "")) else {
            throw .badRequest("the path is not percent-encoded UTF-8")
        }
        return (try RoomID(name), identity.userID, try QueryParameters(request.uri.query))
    }

    private func position(_ query: QueryParameters) throws(ChatError) -> HistoryPosition {
        let before = try Self.objectID(query, "before_id")
        let after = try Self.objectID(query, "after_id")
        switch (before, after) {
        case (nil, nil): return .newest
        case (let id?, nil): return .before(id)
        case (nil, let id?): return .after(id)
        case (_?, _?): throw .badRequest("before_id and after_id exclude each other")
        }
    }

    private static func objectID(_ query: QueryParameters, _ name: String) throws(ChatError) -> ObjectID? {
        guard let text = query[name] else { return nil }
        guard let id = ObjectID(text) else { throw .badRequest("\(name) is not a message id (24 hex digits)") }
        return id
    }

    private static func response(_ page: HistoryPage) -> Response {
        .json { json in
            json.array("messages") { json in
                for message in page.messages { json.raw(message) }
            }
            json.key("next_before_id")
            if let id = page.nextBeforeID { json.string(id.description) } else { json.null() }
        }
    }
}
