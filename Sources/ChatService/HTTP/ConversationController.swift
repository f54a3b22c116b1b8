import Auth
import BSON
import Chat
import Hummingbird

/// What became of a room's messages: pins, threads, reactions, earlier versions.
struct ConversationController: Sendable {
    let admission: Admission

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("chat/:room_id/pins", use: pins)
        group.get("chat/:room_id/threads", use: threads)
        group.get("chat/:room_id/threads/:message_id", use: thread)
        group.get("chat/:room_id/messages/:message_id", use: message)
        group.get("chat/:room_id/messages/:message_id/reactions", use: reactions)
        group.get("chat/:room_id/messages/:message_id/revisions", use: revisions)
    }

    /// `?before&limit` -> `{"messages": [the newest pin first], "next_before"}`.
    @Sendable private func pins(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, room) = try await readable(request, context)
        let query = try QueryParameters(request.uri.query)
        let before = try query["before"].map { (text) throws(ChatError) in try TimedPosition(text, "before") }
        let page = try await admission.store.pins(of: id, before: before, limit: Self.limit(query))
        return Self.response(page.messages.visible(in: room)) { json in
            json.field("next_before", page.next?.text)
        }
    }

    /// `?before&limit` -> `{"messages": [roots, the newest reply first], "next_before"}`.
    @Sendable private func threads(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, room) = try await readable(request, context)
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let before = try query["before"].map { (text) throws(ChatError) in
            guard let seq = Int64(text), seq > 0 else { throw .badRequest("before is not a number of a message") }
            return seq
        }
        let messages = try await admission.store.threads(of: id, before: before, limit: limit)
        let next = messages.count == limit ? messages.last?.details?.thread?.lastSeq : nil
        return Self.response(messages.visible(in: room)) { json in
            json.key("next_before")
            if let next { json.integer(next) } else { json.null() }
        }
    }

    /// `?before_id&limit` -> `{"root", "messages": [replies, oldest first], "next_before_id"}`.
    @Sendable private func thread(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let root = try await requestedMessage(request, context)
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        var before: Int64?
        if let text = query["before_id"] {
            guard let id = ObjectID(text) else {
                throw ChatError.badRequest("before_id is not a message id (24 hex digits)")
            }
            guard let reply = try await admission.store.messages(ids: [id])[id], reply.roomID == root.roomID else {
                throw ChatError.notFound("there is no such message in this room")
            }
            before = reply.seq
        }
        let messages = try await admission.store.replies(to: root.id, before: before, limit: limit)
        let next = messages.count == limit ? messages.first?.id : nil
        return Self.response(messages) { json in
            json.key("root")
            json.raw(root.json())
            json.key("next_before_id")
            if let next { json.id(next) } else { json.null() }
        }
    }

    /// -> the message as it is now.
    @Sendable private func message(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let message = try await requestedMessage(request, context)
        return .json { json in
            json.key("message")
            json.raw(message.json())
        }
    }

    /// `?after&limit` -> `{"reactions": [{"user_id", "reaction", "timestamp"}, the first given first], "next_after"}`.
    @Sendable private func reactions(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let message = try await requestedMessage(request, context)
        guard !message.isDeleted else { throw ChatError(.gone, "the message is deleted") }
        let query = try QueryParameters(request.uri.query)
        let after = try query["after"].map { (text) throws(ChatError) in try TimedPosition(text, "after") }
        let page = try await admission.store.reactions(to: message.id, after: after, limit: Self.limit(query))
        return .json { json in
            json.array("reactions") { json in
                for reaction in page.reactions {
                    json.beginObject()
                    json.field("user_id", reaction.user.rawValue)
                    json.field("reaction", reaction.reaction.text)
                    json.field("timestamp", reaction.at)
                    json.endObject()
                }
            }
            json.field("next_after", page.next?.text)
        }
    }

    /// -> `{"revisions": [{"content", "replaced_by", "replaced_at"}, the newest first]}`. For the room's moderators.
    @Sendable private func revisions(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (id, _) = try await readable(request, context)
        guard let identity = context.identity else { throw ChatError.unauthorized("a token is needed") }
        try await admission.require(.readRevisions, of: identity.userID, in: admission.openExisting(id))
        let message = try await requestedMessage(request, context)
        let revisions = try await admission.store.revisions(of: message.id, limit: MessageRevision.maximumCount)
        return .json { json in
            json.array("revisions") { json in
                for revision in revisions {
                    json.beginObject()
                    json.field("content", revision.content)
                    json.field("replaced_by", revision.replacedBy.rawValue)
                    json.field("replaced_at", revision.replacedAt)
                    json.endObject()
                }
            }
        }
    }

    // MARK: Parts

    /// As many as a page may have, unless fewer are asked for.
    private static func limit(_ query: QueryParameters) throws(ChatError) -> Int {
        try query["limit"] == nil ? PageLimit.range.upperBound : PageLimit.parse(query["limit"])
    }

    private func readable(
        _ request: Request, _ context: ServiceRequestContext
    ) async throws(ChatError) -> (id: RoomID, room: Room?) {
        guard let identity = context.identity else { throw .unauthorized("a token is needed") }
        let id = try RoomID(context.pathText("room_id"))
        return (id, try await admission.readable(id, for: identity.userID))
    }

    private func requestedMessage(
        _ request: Request, _ context: ServiceRequestContext
    ) async throws(ChatError) -> Message {
        let (room, seen) = try await readable(request, context)
        guard let id = ObjectID(try context.pathText("message_id")) else {
            throw .badRequest("a message id is 24 hex digits")
        }
        guard let message = try await admission.store.messages(ids: [id])[id], message.roomID == room,
            message.seq >= seen?.firstSeq ?? 1
        else {
            throw .notFound("there is no such message in this room")
        }
        return message
    }

    private static func response(_ messages: [Message], _ more: (inout JSONWriter) -> Void) -> Response {
        .json { json in
            json.array("messages") { json in
                for message in messages { json.raw(message.json()) }
            }
            more(&json)
        }
    }
}

extension [Message] {
    /// Those that whoever sees the room so may see.
    fileprivate func visible(in room: Room?) -> [Message] {
        filter { $0.seq >= room?.firstSeq ?? 1 }
    }
}

extension ServiceRequestContext {
    /// A part of the path. The router compares and hands it over as it came.
    ///
    /// - Throws: `bad_request` when it is not percent-encoded UTF-8.
    func pathText(_ name: String) throws(ChatError) -> String {
        guard let text = String(percentEncoded: Substring(parameters.get(name) ?? "")) else {
            throw .badRequest("the path is not percent-encoded UTF-8")
        }
        return text
    }
}
