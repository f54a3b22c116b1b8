import Chat
import MongoStore

extension Membership {
    init(_ record: MemberRecord) {
        self.init(
            // A role of a later version gets the fewest rights.
            role: Role(rawValue: record.role) ?? .readOnly,
            mutedUntil: record.mutedUntil.map(Timestamp.init(milliseconds:)), joinedSeq: record.joinedSeq)
    }
}

extension Ban {
    init(_ record: BanRecord) {
        self.init(reason: record.reason, until: record.expiresAt.map(Timestamp.init(milliseconds:)))
    }
}

extension Invite {
    init(_ record: InviteRecord) {
        self.init(
            code: record.code, room: RoomID(stored: record.roomID), user: record.userID.map(UserID.init(stored:)),
            createdBy: UserID(stored: record.createdBy), createdAt: Timestamp(milliseconds: record.createdAt),
            expiresAt: record.expiresAt.map(Timestamp.init(milliseconds:)), usesLeft: record.usesLeft)
    }
}

extension InviteRecord {
    init(_ invite: Invite) {
        self.init(
            code: invite.code, roomID: invite.room.rawValue, userID: invite.user?.rawValue,
            createdBy: invite.createdBy.rawValue, createdAt: invite.createdAt.milliseconds,
            expiresAt: invite.expiresAt?.milliseconds, usesLeft: invite.usesLeft)
    }
}

extension AuditRecord {
    init(_ entry: AuditEntry) {
        self.init(
            id: entry.id, roomID: entry.room?.rawValue, userID: entry.actor.rawValue,
            viaID: entry.via?.rawValue, targetID: entry.target?.rawValue, action: entry.action, reason: entry.reason,
            detail: entry.detail,
            at: entry.at.milliseconds)
    }
}

extension AuditEntry {
    init(_ record: AuditRecord) {
        self.init(
            id: record.id, room: record.roomID.map(RoomID.init(stored:)), actor: UserID(stored: record.userID),
            via: record.viaID.map(UserID.init(stored:)), target: record.targetID.map(UserID.init(stored:)),
            action: record.action, reason: record.reason,
            detail: record.detail, at: Timestamp(milliseconds: record.at))
    }
}
