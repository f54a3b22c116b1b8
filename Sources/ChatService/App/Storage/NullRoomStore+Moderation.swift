import BSON
import Chat

extension NullRoomStore {
    func bans(of room: RoomID, after user: UserID?, limit: Int) async throws(ChatError) -> [(user: UserID, ban: Ban)] {
        []
    }

    func restriction(of user: UserID, in room: RoomID) async throws(ChatError) -> Restriction? { nil }
    func audit(of room: RoomID, before: ObjectID?, limit: Int) async throws(ChatError) -> [AuditEntry] { [] }
    func record(_ entry: AuditEntry) async throws(ChatError) {}
    func invite(code: String) async throws(ChatError) -> Invite? { nil }
    func invites(of user: UserID, to room: RoomID) async throws(ChatError) -> [Invite] { [] }
    func invites(to room: RoomID, limit: Int) async throws(ChatError) -> [Invite] { [] }
    func invites(of user: UserID, limit: Int) async throws(ChatError) -> [Invite] { [] }
    func inviteCount(by user: UserID, to room: RoomID) async throws(ChatError) -> Int { 0 }
    func hasRequest(of user: UserID, to room: RoomID) async throws(ChatError) -> Bool { false }
    func requests(to room: RoomID, after user: UserID?, limit: Int) async throws(ChatError) -> [JoinRequest] { [] }
    func hasBlocked(_ user: UserID, _ other: UserID) async throws(ChatError) -> Bool { false }
    func isBlocked(among users: [UserID]) async throws(ChatError) -> Bool { false }
    func isBlocked(between user: UserID, and others: [UserID]) async throws(ChatError) -> Bool { false }
    func block(_ other: UserID, by user: UserID) async throws(ChatError) {}
    func unblock(_ other: UserID, by user: UserID) async throws(ChatError) {}
    func blocked(by user: UserID, after: UserID?, limit: Int) async throws(ChatError) -> [UserID] { [] }
    func add(_ report: Report) async throws(ChatError) {}
    func openReports(by user: UserID, in room: RoomID, limit: Int) async throws(ChatError) -> [Report] { [] }

    func reports(
        of room: RoomID, isOpen: Bool, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> [Report] { [] }

    func resolve(
        _ report: ObjectID, in room: RoomID, with resolution: Report.Resolution, _ entry: AuditEntry
    ) async throws(ChatError) -> Bool { false }

    func revocations() async throws(ChatError) -> [UserID: Timestamp] { [:] }
    func disconnections() async throws(ChatError) -> [UserID: Timestamp] { [:] }
    func disconnect(_ user: UserID, at: Timestamp) async throws(ChatError) {}
    func revoke(_ user: UserID, before: Timestamp) async throws(ChatError) {}
}
