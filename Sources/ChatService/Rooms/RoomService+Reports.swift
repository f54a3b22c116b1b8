import Auth
import BSON
import Chat

// Reports to a room's moderators.
extension RoomService {
    static let reportLength = 1_000
    /// Of one user in one room, that wait.
    static let maximumOpenReports = 100

    /// - Throws: what the rules refuse with.
    func require(_ permission: Permission, in id: RoomID, by identity: Identity) async throws(ChatError) {
        try await admission.require(
            permission, of: identity.userID, isGlobalModerator: identity.isModerator,
            in: admission.openExisting(id))
    }

    /// Tells the moderators of a message.
    func report(
        _ message: ObjectID, in id: RoomID, reason: String, by identity: Identity
    ) async throws(ChatError) -> Report {
        let reason = try RoomText.text(reason, upTo: Self.reportLength, "reason")
        guard !reason.isEmpty else { throw .badRequest("reason is missing") }
        let handle = try await admission.openExisting(id)
        try await admission.require(.report, of: identity.userID, in: handle)
        guard let known = try await admission.store.messages(ids: [message])[message], known.roomID == id,
            known.seq >= handle.live.access.firstVisible(to: identity.userID)
        else { throw .notFound("there is no such message in this room") }
        let open = try await store.openReports(by: identity.userID, in: id, limit: Self.maximumOpenReports)
        // What he has reported already waits already.
        if let same = open.first(where: { $0.message == message }) { return same }
        guard open.count < Self.maximumOpenReports else {
            throw .conflict("\(Self.maximumOpenReports) of your reports wait here already")
        }
        let report = Report(
            id: ids.next(), room: id, message: message, user: identity.userID, reason: reason, at: .now)
        try await store.add(report)
        return report
    }

    /// What the word filter found goes to the moderators; a failure is not the sender's.
    static func flag(
        _ message: ObjectID, in room: RoomID, by author: UserID, _ words: [String], _ id: ObjectID,
        _ store: any RoomStore
    ) async {
        let reason = "word filter: " + words.prefix(10).joined(separator: ", ")
        let report = Report(id: id, room: room, message: message, user: author, reason: reason, at: .now)
        _ = try? await store.add(report)
    }

    func resolve(
        _ report: ObjectID, in id: RoomID, note: String, by identity: Identity
    ) async throws(ChatError) {
        let note = try RoomText.text(note, upTo: Self.reportLength, "note")
        try await require(.handleReports, in: id, by: identity)
        let resolution = Report.Resolution(by: identity.userID, at: .now, note: note)
        let entry = AuditEntry(
            id: ids.next(), room: id, actor: identity.userID, via: identity.actedBy, action: "resolve_report",
            reason: note.isEmpty ? nil : note, detail: report.description, at: .now)
        guard try await store.resolve(report, in: id, with: resolution, entry) else {
            throw .notFound("there is no such report that waits")
        }
    }
}
