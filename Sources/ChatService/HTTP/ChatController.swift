import Auth
import BSON
import Chat
import ChatLog
import HTTPTypes
import Hummingbird
import NIOCore
import WebSocket

/// `/chat/{room_id}/…`: a room's history, and sending without a socket.
struct ChatController: Sendable {
    let admission: Admission
    let conversation: Conversation
    let reading: Reading
    let mentions: MentionDirectory
    let maximumBodyBytes: Int

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("chat", use: webSocketOnly)
        group.get("chat/:room_id", use: webSocketOnly)
        group.post("chat/:room_id/messages", use: send)
        group.get("chat/:room_id/events", use: webSocketOnly)
        group.get("chat/:room_id/history", use: history)
    }

    /// `?before_id|after_id|around_id|at&limit` -> `{"messages": [oldest first], "next_before_id", "next_after_id"?}`.
    @Sendable private func history(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, identity, query) = try parameters(request, context)
        let limit = try PageLimit.parse(query["limit"])
        let position = try position(query)
        let room = try await admission.readable(id, for: identity.userID)
        if room?.settings.history != .joined,
            let page = admission.rooms.live(id)?.recentPage(at: position, limit: limit)
        {
            return Self.response(page)
        }
        guard let room, !room.isBlank else { return Self.response(HistoryPage(messages: [], nextBeforeID: nil)) }
        let page = try await admission.store.history(of: room, at: position, limit: limit)
        var answer = HistoryPage(messages: page.messages.map { $0.json() }, nextBeforeID: page.nextBeforeID)
        answer.nextAfterID = page.nextAfterID
        return Self.response(answer, goesForward: position.goesForward)
    }

    /// `{"content", "client_id"?}` -> 201 `{"_id", "seq", "timestamp", "duplicate", "client_id"}`, or 200 when an earlier
    /// send had stored it. Makes the sender a member, as a socket does.
    @Sendable private func send(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, identity, _) = try parameters(request, context)
        let message = try Self.message(try await request.body.collect(upTo: maximumBodyBytes), to: id)
        let author = Author(id: identity.userID, username: identity.username)
        let handle = try await admission.enter(id, as: author)
        let references = MessageReferences(replyTo: message.replyTo, threadID: message.threadID)
        if !references.isEmpty {
            try references.check(
                in: id, try await admission.store.messages(ids: references.ids),
                from: handle.live.access.firstVisible(to: author.id))
        }
        let candidates = try MentionCandidates(content: message.content, listed: message.mentions)
        let mentioned = try await mentions.find(candidates, in: id)
        let admitted = try conversation.admit(
            message, references, mentioned, by: author, in: handle.live,
            isTrusted: identity.isTrusted)
        let acknowledgement = try await conversation.send(admitted, in: handle.room)
        if !acknowledgement.isDuplicate { reading.sent(id, author.id, acknowledgement.seq) }
        return .json(acknowledgement.isDuplicate ? .ok : .created) { json in
            acknowledgement.writeFields(to: &json)
            json.field("client_id", admitted.draft.clientID)
        }
    }

    /// The body is what a `message` frame is.
    private static func message(_ body: ByteBuffer, to room: RoomID) throws(ChatError) -> ClientFrame.NewMessage {
        do throws(ClientFrame.Refusal) {
            let frame = try ClientFrame(json: body, dialect: .second)
            guard case .message(let message) = frame.command else {
                throw ClientFrame.Refusal(error: .badRequest("the body is no message"), ref: nil)
            }
            guard frame.room == nil || frame.room == room else {
                throw ClientFrame.Refusal(error: .badRequest("room_id is not the room of the address"), ref: nil)
            }
            return message
        } catch {
            throw error.error
        }
    }

    /// An upgrade that was refused comes here, and so does a plain request: the reason is found again and told.
    @Sendable private func webSocketOnly(_ request: Request, _ context: ServiceRequestContext) async throws -> Response
    {
        if context.parameters.get("room_id") != nil { _ = try parameters(request, context) }
        // The router passes over a slash at the end and a doubled one; such an address has no socket.
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        guard WebSocketRoutes.Route(path: path) != nil else {
            throw ChatError.notFound("there is no socket at this address")
        }
        switch WebSocketHandshake.verdict(on: request.head) {
        case .valid:
            try await findRefusal(request, context)
            // Now it would be let in: whatever stood in the way is gone.
            throw ChatError.unavailable("the connection could not be made; try again")
        case .malformed:
            throw ChatError.badRequest("the WebSocket handshake is malformed")
        case .notAsked, .wrongVersion:
            return Self.upgradeRequired
        }
    }

    private func findRefusal(_ request: Request, _ context: ServiceRequestContext) async throws(ChatError) {
        guard context.parameters.get("room_id") != nil else { return try admission.health.requireReady() }
        let (id, identity, query) = try parameters(request, context)
        if !request.uri.path.hasSuffix("/events") {
            let subprotocol = try admission.identify(request).subprotocol
            _ = try ResumePoint(query, room: id, dialect: Dialect(subprotocol: subprotocol))
        }
        _ = try await admission.listen(to: id, as: identity.userID)
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
    ) throws(ChatError) -> (room: RoomID, identity: Identity, query: QueryParameters) {
        guard let identity = context.identity else { throw .unauthorized("a token is needed") }
        return (try RoomID(context.pathText("room_id")), identity, try QueryParameters(request.uri.query))
    }

    private func position(_ query: QueryParameters) throws(ChatError) -> HistoryPosition {
        var positions: [HistoryPosition] = []
        if let id = try Self.objectID(query, "before_id") { positions.append(.before(id)) }
        if let id = try Self.objectID(query, "after_id") { positions.append(.after(id)) }
        if let id = try Self.objectID(query, "around_id") { positions.append(.around(id)) }
        if let text = query["at"] {
            guard let time = Timestamp(rfc3339: text) else {
                throw .badRequest("at is a time as RFC 3339 writes it")
            }
            positions.append(.around(.lowest(atMilliseconds: time.milliseconds)))
        }
        guard positions.count <= 1 else {
            throw .badRequest("before_id, after_id, around_id and at exclude each other")
        }
        return positions.first ?? .newest
    }

    private static func objectID(_ query: QueryParameters, _ name: String) throws(ChatError) -> ObjectID? {
        guard let text = query[name] else { return nil }
        guard let id = ObjectID(text) else { throw .badRequest("\(name) is not a message id (24 hex digits)") }
        return id
    }

    private static func response(_ page: HistoryPage, goesForward: Bool = false) -> Response {
        .json { json in
            json.array("messages") { json in
                for message in page.messages { json.raw(message) }
            }
            json.key("next_before_id")
            if let id = page.nextBeforeID { json.string(id.description) } else { json.null() }
            guard goesForward else { return }
            json.key("next_after_id")
            if let id = page.nextAfterID { json.string(id.description) } else { json.null() }
        }
    }
}
