import Auth
import BSON
import Chat
import Hummingbird

/// `/rooms/{room_id}/reports`: what members tell the moderators, and what becomes of it.
struct ReportController: Sendable {
    let rooms: RoomService

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.post("rooms/:room_id/reports", use: report)
        group.get("rooms/:room_id/reports", use: list)
        group.put("rooms/:room_id/reports/:report_id", use: resolve)
    }

    /// `{"message_id", "reason"}` -> 201 `{"id"}`.
    @Sendable private func report(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (message, reason) = try await request.fields { (fields) throws(ChatError) in
            (try fields.optionalID("message_id"), try fields.text("reason"))
        }
        guard let message else { throw ChatError.badRequest("message_id is missing") }
        let report = try await rooms.report(message, in: context.roomID(), reason: reason, by: identity)
        return .json(.created) { $0.field("id", report.id) }
    }

    /// `?status=open|resolved&before&limit` -> `{"reports": [the newest first, with their messages], "next_before"}`.
    @Sendable private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = try context.roomID()
        let query = try QueryParameters(request.uri.query)
        let limit = try PageLimit.parse(query["limit"])
        let before = try query["before"].map { (text) throws(ChatError) in
            guard let id = ObjectID(text) else { throw .badRequest("before is not an id (24 hex digits)") }
            return id
        }
        let isOpen: Bool
        switch query["status"] ?? "open" {
        case "open": isOpen = true
        case "resolved": isOpen = false
        default: throw ChatError.badRequest("status is open or resolved")
        }
        try await rooms.require(.handleReports, in: id, by: identity)
        let reports = try await rooms.store.reports(of: id, isOpen: isOpen, before: before, limit: limit)
        let messages = try await rooms.admission.store.messages(ids: reports.map(\.message))
            .filter { $0.value.roomID == id }
        return .json { json in
            json.array("reports") { json in
                for report in reports { report.write(messages[report.message], to: &json) }
            }
            json.key("next_before")
            if reports.count == limit, let last = reports.last { json.id(last.id) } else { json.null() }
        }
    }

    /// `{"note"?}` -> 204.
    @Sendable private func resolve(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let identity = try context.requireIdentity()
        guard let report = ObjectID(try context.pathText("report_id")) else {
            throw ChatError.badRequest("a report's id is 24 hex digits")
        }
        let note = try await request.fields { (fields) throws(ChatError) in try fields.optionalText("note") ?? "" }
        try await rooms.resolve(report, in: context.roomID(), note: note, by: identity)
        return Response(status: .noContent)
    }
}

extension Report {
    fileprivate func write(_ reported: Message?, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id)
        json.field("user_id", user.rawValue)
        json.field("reason", reason)
        json.field("at", at)
        json.field("message_id", message)
        if let reported {
            json.key("message")
            json.raw(reported.json())
        }
        if let resolution {
            json.field("resolved_by", resolution.by.rawValue)
            json.field("resolved_at", resolution.at)
            json.field("note", resolution.note)
        }
        json.endObject()
    }
}
