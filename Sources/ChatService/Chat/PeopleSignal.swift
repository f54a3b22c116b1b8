/// What an act came to for people of a room, as the room is told.
package struct PeopleSignal: Hashable, Sendable {
    package struct Event: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case member, moderation
        }

        package var kind: Kind
        package var action: String
        package var user: UserID?
        package var by: UserID
        package var role: Role?
        package var reason: String?
        package var until: Timestamp?

        package init(
            kind: Kind, action: String, user: UserID?, by: UserID, role: Role? = nil, reason: String? = nil,
            until: Timestamp? = nil
        ) {
            self.kind = kind
            self.action = action
            self.user = user
            self.by = by
            self.role = role
            self.reason = reason
            self.until = until
        }
    }

    package var room: RoomID
    /// The room's, after the act.
    package var revision: Int64
    package var events: [Event]

    package init(room: RoomID, revision: Int64, events: [Event]) {
        self.room = room
        self.revision = revision
        self.events = events
    }
}
