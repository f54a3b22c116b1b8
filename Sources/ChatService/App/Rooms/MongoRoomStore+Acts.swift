import BSON
import Chat
import MongoStore

// What acts on a room come to. Those of several acts are written together, as few commands as can be.
extension MongoRoomStore {
    static func apply(_ writes: [RoomWrite], in room: String, _ connection: MongoConnection) throws {
        var (gone, bans, refused): ([String], [BanRecord], [String]) = ([], [], [])
        var (entries, others): ([AuditRecord], [RoomWrite]) = ([], [])
        let now = Timestamp.now.milliseconds
        for write in writes {
            switch write {
            case .removeMember(let user): gone.append(user.rawValue)
            case .putBan(let user, let ban, let by):
                bans.append(
                    BanRecord(
                        roomID: room, userID: user.rawValue, reason: ban.reason, createdBy: by.rawValue,
                        createdAt: now, expiresAt: ban.until?.milliseconds))
            case .removeRequest(let user): refused.append(user.rawValue)
            case .audit(let entry): entries.append(AuditRecord(entry))
            case .describe, .requirePlace, .putMember, .restrict, .removeBan, .putInvite, .removeInvite, .putRequest:
                others.append(write)
            }
        }
        // Where somebody is let in and put out by acts of one go, their order counts.
        let changed = Set(others.compactMap(\.user))
        guard changed.isDisjoint(with: (gone + bans.map(\.userID)).map(UserID.init(stored:))) else {
            for write in writes { try apply(write, in: room, connection) }
            return
        }
        for write in others { try apply(write, in: room, connection) }
        if !bans.isEmpty { try BanRepository(connection).put(bans) }
        if !gone.isEmpty { try removeMembers(gone, from: room, connection) }
        if !refused.isEmpty { try JoinRequestRepository(connection).remove(room: room, users: refused) }
        if !entries.isEmpty { try AuditRepository(connection).add(entries) }
    }

    private static func apply(_ write: RoomWrite, in room: String, _ connection: MongoConnection) throws {
        switch write {
        case .describe(let room):
            try connection.rooms.describe(RoomRecord(room))
        case .requirePlace(let places):
            // Whoever else lets somebody in writes the room's document, too: so no two do at once.
            guard try connection.members.count(room: room) < Int(places) else { throw RoomRules.full }
        case .putMember(let user, let membership):
            try connection.members.put(
                room: room, user: user.rawValue, role: membership.role.rawValue,
                mutedUntil: membership.mutedUntil?.milliseconds, joinedSeq: membership.joinedSeq,
                at: Timestamp.now.milliseconds)
        case .restrict(let user, let restriction):
            try restrict(user.rawValue, restriction, in: room, connection)
        case .removeBan(let user):
            try BanRepository(connection).remove(room: room, user: user.rawValue)
        case .putInvite(let invite):
            try InviteRepository(connection).put(InviteRecord(invite))
        case .removeInvite(let code):
            try InviteRepository(connection).remove(code: code)
        case .putRequest(let user, let message, let at):
            try JoinRequestRepository(connection).put(
                JoinRequestRecord(
                    roomID: room, userID: user.rawValue, message: message, createdAt: at.milliseconds))
        case .removeMember, .putBan, .removeRequest, .audit:
            try apply([write], in: room, connection)
        }
    }
}
