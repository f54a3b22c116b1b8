import BSON
import Chat
import Hummingbird

/// Where a user is mentioned.
struct MentionController: Sendable {
    let admission: Admission
    let store: any MentionStore

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("users/me/mentions", use: mentions)
    }

    /// `?before_id&limit` -> `{"messages": [the newest first], "next_before_id"}`.
    @Sendable private func mentions(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let user = try context.author().id
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let before = try query["before_id"].map { (text) throws(ChatError) in
            guard let id = ObjectID(text) else { throw .badRequest("before_id is not a message id (24 hex digits)") }
            return id
        }
        try admission.health.requireReady()
        let page = try await store.mentions(of: user, before: before, limit: limit)
        return .json { json in
            json.array("messages") { json in
                for message in page.messages { json.raw(message.json()) }
            }
            json.key("next_before_id")
            if let next = page.next { json.id(next) } else { json.null() }
        }
    }
}
