import BSON
import Chat
import Hummingbird
import NIOCore

/// Followers of threads, and what they have not read.
struct ThreadController: Sendable {

    let admission: Admission
    let following: ThreadFollowing

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("users/me/threads", use: followed)
        group.get("chat/:room_id/threads/:message_id/follow", use: follow)
        group.put("chat/:room_id/threads/:message_id/follow", use: beginFollowing)
        group.delete("chat/:room_id/threads/:message_id/follow", use: stopFollowing)
        group.put("chat/:room_id/threads/:message_id/read", use: read)
        group.get("chat/:room_id/threads/:message_id/followers", use: followers)
    }

    /// `?room_id&before_id&limit` -> `{"threads": [{"root", "unread", "read_seq"}], "next_before_id"}`.
    @Sendable private func followed(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let user = try context.author().id
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let room = try query["room_id"].map { (id) throws(ChatError) in try RoomID(id) }
        let before = try query["before_id"].map { (text) throws(ChatError) in
            guard let id = ObjectID(text) else { throw .badRequest("before_id is not a message id (24 hex digits)") }
            return id
        }
        try admission.health.requireReady()
        await following.flush()
        let page = try await following.store.followed(by: user, in: room, before: before, limit: limit)
        return .json { json in
            json.array("threads") { json in
                for thread in page.threads {
                    json.beginObject()
                    json.key("root")
                    json.raw(thread.root.json())
                    json.field("unread", thread.unread)
                    json.field("read_seq", thread.readSeq)
                    json.endObject()
                }
            }
            json.key("next_before_id")
            if let next = page.next { json.id(next) } else { json.null() }
        }
    }

    /// -> `{"following", "unread", "read_seq"}`.
    @Sendable private func follow(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try await state(of: thread(context), context)
    }

    @Sendable private func beginFollowing(
        _ request: Request, _ context: ServiceRequestContext
    ) async throws -> Response {
        let root = try await thread(context)
        let user = try context.author().id
        guard !root.isDeleted || root.details?.thread != nil else { throw ChatError(.gone, "the message is deleted") }
        await following.flush()
        // What was said before is not news to one who comes now.
        try await following.store.setFollowing(true, root, user, readSeq: root.details?.thread?.lastSeq ?? root.seq)
        return try await state(of: root, context)
    }

    @Sendable private func stopFollowing(
        _ request: Request, _ context: ServiceRequestContext
    ) async throws -> Response {
        let root = try await thread(context)
        await following.flush()
        try await following.store.setFollowing(false, root, context.author().id, readSeq: 0)
        return try await state(of: root, context)
    }

    /// `{"seq"}` -> `{"following", "unread", "read_seq"}`; forward only, and not beyond the last reply.
    @Sendable private func read(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let root = try await thread(context)
        let user = try context.author().id
        let seq = try await request.fields { (fields) throws(ChatError) in
            try fields.number("seq", in: 1...Int64(1 << 53))
        }
        await following.flush()
        let follow = try await following.store.follow(of: user, root.id)
        guard follow.isFollowing else { throw ChatError.forbidden("only followers read a thread") }
        guard seq >= follow.readSeq else {
            throw ChatError.badRequest("seq is behind what is read already (\(follow.readSeq))")
        }
        // The root counts its replies a moment after they were stored.
        let newest = try await admission.store.replies(to: root.id, before: nil, limit: 1).last?.seq
        guard seq <= newest ?? root.seq else { throw ChatError.badRequest("seq is beyond the thread's last reply") }
        try await following.store.setRead(root, user, seq)
        return try await state(of: root, context)
    }

    /// `?after&limit` -> `{"followers": [user ids], "next_after"}`.
    @Sendable private func followers(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let root = try await thread(context)
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let after = try query["after"].map { (id) throws(ChatError) in try UserID(id) }
        await following.flush()
        let page = try await following.store.followers(of: root.id, after: after, limit: limit)
        return .json { json in
            json.array("followers") { json in
                for user in page.users { json.string(user.rawValue) }
            }
            json.key("next_after")
            if let next = page.next { json.string(next.rawValue) } else { json.null() }
        }
    }

    /// The root that the path names.
    private func thread(_ context: ServiceRequestContext) async throws(ChatError) -> Message {
        let message = try await admission.message(context).message
        guard message.details?.threadID == nil else {
            throw .badRequest("a thread begins at a message that is no reply in a thread itself")
        }
        return message
    }

    private func state(of root: Message, _ context: ServiceRequestContext) async throws(ChatError) -> Response {
        let user = try context.author().id
        await following.flush()
        let follow = try await following.store.follow(of: user, root.id)
        let unread =
            follow.isFollowing ? try await following.store.unread(root, user, after: follow.readSeq) : 0
        return .json { json in
            json.field("following", follow.isFollowing)
            json.field("unread", unread)
            json.field("read_seq", follow.readSeq)
        }
    }
}
