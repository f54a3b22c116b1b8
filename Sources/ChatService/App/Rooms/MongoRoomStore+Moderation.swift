import BSON
import Chat
import MongoStore

// Bans, invitations, requests, blocks, reports, the record of acts, and revoked tokens.
extension MongoRoomStore {
    func bans(of room: RoomID, after user: UserID?, limit: Int) async throws(ChatError) -> [(user: UserID, ban: Ban)] {
        try await chat.run("bans") { connection in
            try BanRepository(connection).list(room: room.rawValue, after: user?.rawValue, limit: limit)
        }.map { (UserID(stored: $0.userID), Ban($0)) }
    }

    func audit(of room: RoomID, before: ObjectID?, limit: Int) async throws(ChatError) -> [AuditEntry] {
        try await chat.run("audit") { connection in
            try AuditRepository(connection).list(room: room.rawValue, before: before, limit: limit)
        }.map(AuditEntry.init)
    }

    func record(_ entry: AuditEntry) async throws(ChatError) {
        try await chat.run("record") { try AuditRepository($0).add([AuditRecord(entry)]) }
    }

    func invite(code: String) async throws(ChatError) -> Invite? {
        try await chat.run("find invitation") { try InviteRepository($0).find(code: code) }.map(Invite.init)
    }

    func invites(of user: UserID, to room: RoomID) async throws(ChatError) -> [Invite] {
        try await chat.run("find invitations") { connection in
            try InviteRepository(connection).find(room: room.rawValue, user: user.rawValue)
        }.map(Invite.init)
    }

    func invites(to room: RoomID, limit: Int) async throws(ChatError) -> [Invite] {
        try await chat.run("invitations") { try InviteRepository($0).list(room: room.rawValue, limit: limit) }
            .map(Invite.init)
    }

    func invites(of user: UserID, limit: Int) async throws(ChatError) -> [Invite] {
        try await chat.run("invitations") { try InviteRepository($0).list(user: user.rawValue, limit: limit) }
            .map(Invite.init)
    }

    func inviteCount(by user: UserID, to room: RoomID) async throws(ChatError) -> Int {
        try await chat.run("count invitations") { connection in
            try InviteRepository(connection).codes(room: room.rawValue, madeBy: [user.rawValue]).count
        }
    }

    func hasRequest(of user: UserID, to room: RoomID) async throws(ChatError) -> Bool {
        try await chat.run("find request") { connection in
            try JoinRequestRepository(connection).find(room: room.rawValue, user: user.rawValue)
        } != nil
    }

    func requests(to room: RoomID, after user: UserID?, limit: Int) async throws(ChatError) -> [JoinRequest] {
        try await chat.run("requests") { connection in
            try JoinRequestRepository(connection).list(room: room.rawValue, after: user?.rawValue, limit: limit)
        }.map { record in
            JoinRequest(
                user: UserID(stored: record.userID), message: record.message,
                at: Timestamp(milliseconds: record.createdAt))
        }
    }

    func hasBlocked(_ user: UserID, _ other: UserID) async throws(ChatError) -> Bool {
        try await chat.run("find block") { connection in
            try BlockRepository(connection).isBlocked(other.rawValue, by: user.rawValue)
        }
    }

    func isBlocked(among users: [UserID]) async throws(ChatError) -> Bool {
        let ids = Set(users.map(\.rawValue))
        return try await chat.run("find blocks") { connection in
            let blocks = BlockRepository(connection)
            for user in ids where try !blocks.blocked(by: user, among: ids).isEmpty { return true }
            return false
        }
    }

    func isBlocked(between user: UserID, and others: [UserID]) async throws(ChatError) -> Bool {
        let ids = others.map(\.rawValue)
        return try await chat.run("find blocks") { connection in
            let blocks = BlockRepository(connection)
            if try blocks.isBlocked(user.rawValue, byAnyOf: ids) { return true }
            return try !blocks.blocked(by: user.rawValue, among: Set(ids)).isEmpty
        }
    }

    func block(_ other: UserID, by user: UserID) async throws(ChatError) {
        try await chat.run("block") { connection in
            try BlockRepository(connection).put(
                other.rawValue, by: user.rawValue, at: Timestamp.now.milliseconds)
        }
    }

    func unblock(_ other: UserID, by user: UserID) async throws(ChatError) {
        try await chat.run("unblock") { try BlockRepository($0).remove(other.rawValue, by: user.rawValue) }
    }

    func blocked(by user: UserID, after: UserID?, limit: Int) async throws(ChatError) -> [UserID] {
        try await chat.run("blocks") { connection in
            try BlockRepository(connection).list(user.rawValue, after: after?.rawValue, limit: limit)
        }.map(UserID.init(stored:))
    }

    func add(_ report: Report) async throws(ChatError) {
        try await chat.run("report") { try ReportRepository($0).add(ReportRecord(report)) }
    }

    func openReports(by user: UserID, in room: RoomID, limit: Int) async throws(ChatError) -> [Report] {
        try await chat.run("open reports") { connection in
            try ReportRepository(connection).open(room: room.rawValue, by: user.rawValue, limit: limit)
        }.map(Report.init)
    }

    func reports(
        of room: RoomID, isOpen: Bool, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> [Report] {
        try await chat.run("reports") { connection in
            try ReportRepository(connection).list(
                room: room.rawValue, isOpen: isOpen, before: before, limit: limit)
        }.map(Report.init)
    }

    func resolve(
        _ report: ObjectID, in room: RoomID, with resolution: Report.Resolution, _ entry: AuditEntry
    ) async throws(ChatError) -> Bool {
        try await chat.run("resolve report") { connection in
            try connection.withTransaction { connection in
                let isResolved = try ReportRepository(connection).resolve(
                    report, room: room.rawValue, by: resolution.by.rawValue, at: resolution.at.milliseconds,
                    note: resolution.note)
                if isResolved { try AuditRepository(connection).add([AuditRecord(entry)]) }
                return isResolved
            }
        }
    }

    func revocations() async throws(ChatError) -> [UserID: Timestamp] {
        try await chat.run("revocations") { try RevocationRepository($0).all() }
            .reduce(into: [:]) { $0[UserID(stored: $1.key)] = Timestamp(milliseconds: $1.value) }
    }

    func disconnections() async throws(ChatError) -> [UserID: Timestamp] {
        try await chat.run("disconnections") { try RevocationRepository($0).disconnections() }
            .reduce(into: [:]) { $0[UserID(stored: $1.key)] = Timestamp(milliseconds: $1.value) }
    }

    func disconnect(_ user: UserID, at: Timestamp) async throws(ChatError) {
        try await chat.run("disconnect") { connection in
            try RevocationRepository(connection).disconnect(user.rawValue, at: at.milliseconds)
        }
    }

    func revoke(_ user: UserID, before: Timestamp) async throws(ChatError) {
        try await chat.run("revoke tokens") { connection in
            try RevocationRepository(connection).put(user.rawValue, before: before.milliseconds)
        }
    }
}

extension ReportRecord {
    fileprivate init(_ report: Report) {
        self.init(
            id: report.id, roomID: report.room.rawValue, messageID: report.message, userID: report.user.rawValue,
            reason: report.reason, createdAt: report.at.milliseconds)
    }
}

extension Report {
    fileprivate init(_ record: ReportRecord) {
        self.init(
            id: record.id, room: RoomID(stored: record.roomID), message: record.messageID,
            user: UserID(stored: record.userID), reason: record.reason,
            at: Timestamp(milliseconds: record.createdAt))
        guard let by = record.resolvedBy else { return }
        resolution = Resolution(
            by: UserID(stored: by), at: Timestamp(milliseconds: record.resolvedAt ?? 0), note: record.note ?? "")
    }
}
