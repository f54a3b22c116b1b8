/// One thing that is stored about a room and its people. Those of one act are stored together or not at all.
package enum RoomWrite: Hashable, Sendable {
    /// Name, topic, description, icon, settings and state, as they are now.
    case describe(Room)
    /// Nothing is stored unless the room has fewer members than this.
    case requirePlace(Int64)
    /// Makes somebody a member, or changes what he is.
    case putMember(UserID, Membership)
    case removeMember(UserID)
    /// Changes what is kept of one who is no member; nil: nothing is.
    case restrict(UserID, Restriction?)
    case putBan(UserID, Ban, by: UserID)
    case removeBan(UserID)
    case putInvite(Invite)
    case removeInvite(code: String)
    /// Somebody asks to be let in.
    case putRequest(UserID, message: String, at: Timestamp)
    case removeRequest(UserID)
    case audit(AuditEntry)
}

/// An invitation: for one user, or for whoever has its link.
package struct Invite: Hashable, Sendable {
    /// The secret that stands for it.
    package var code: String
    package var room: RoomID
    /// Nil: a link.
    package var user: UserID?
    package var createdBy: UserID
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    /// Of a link: how often it may still be used; nil: any number.
    package var usesLeft: Int64?

    package init(
        code: String, room: RoomID, user: UserID?, createdBy: UserID, createdAt: Timestamp, expiresAt: Timestamp?,
        usesLeft: Int64?
    ) {
        self.code = code
        self.room = room
        self.user = user
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usesLeft = usesLeft
    }

    /// 128 random bits.
    package static func makeCode() -> String {
        String(UInt64.random(in: 0 ... .max), radix: 36) + "-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    }
}

extension RoomWrite {
    /// Who is banned by it.
    package var banned: UserID? {
        if case .putBan(let user, _, by: _) = self { user } else { nil }
    }

    /// Whose standing it changes.
    package var user: UserID? {
        switch self {
        case .putMember(let user, _), .removeMember(let user), .putBan(let user, _, by: _), .removeBan(let user): user
        case .describe, .requirePlace, .restrict, .putInvite, .removeInvite, .putRequest, .removeRequest, .audit: nil
        }
    }
}
