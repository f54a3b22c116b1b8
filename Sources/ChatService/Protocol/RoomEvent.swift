package import Chat

/// What happened to a room or its people. Second dialect and events only.
package enum RoomEvent: Hashable, Sendable {
    /// Somebody became a member, is one no longer, or became another.
    case member(MemberChange)
    /// The room as it is now.
    case updated(Room, by: UserID?)
    /// A moderator did something.
    case moderation(ModerationNotice)

    package struct MemberChange: Hashable, Sendable {
        package enum Action: String, Hashable, Sendable {
            case joined, left, kicked, banned, role
        }

        package var user: UserID
        package var action: Action
        package var role: Role?
        package var by: UserID
        package var reason: String?
    }

    package struct ModerationNotice: Hashable, Sendable {
        /// A word; open: later versions may add some.
        package var action: String
        package var user: UserID?
        package var by: UserID
        package var reason: String?
        package var until: Timestamp?
    }

    var type: String {
        switch self {
        case .member: "member"
        case .updated: "room_updated"
        case .moderation: "moderation"
        }
    }

    func writeFields(to json: inout JSONWriter) {
        switch self {
        case .member(let change):
            json.field("action", change.action.rawValue)
            json.field("user_id", change.user.rawValue)
            if let role = change.role { json.field("role", role.rawValue) }
            json.field("by", change.by.rawValue)
            if let reason = change.reason { json.field("reason", reason) }
        case .updated(let room, let by):
            json.object("room") { room.writeFields(to: &$0) }
            if let by { json.field("by", by.rawValue) }
        case .moderation(let notice):
            json.field("action", notice.action)
            if let user = notice.user { json.field("user_id", user.rawValue) }
            json.field("by", notice.by.rawValue)
            if let reason = notice.reason { json.field("reason", reason) }
            if let until = notice.until { json.field("until", until) }
        }
    }
}
