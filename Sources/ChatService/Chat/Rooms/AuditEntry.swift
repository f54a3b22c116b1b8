package import BSON

/// The record of what somebody did with his rights: who, to whom, what, why, when. Never changed.
package struct AuditEntry: Hashable, Sendable {
    package var id: ObjectID
    /// Nil: what concerns no room, such as the erasure of a user.
    package var room: RoomID?
    package var actor: UserID
    /// The team's own application, where it acted as the actor.
    package var via: UserID?
    package var target: UserID?
    /// A word; open: later versions may add some.
    package var action: String
    package var reason: String?
    /// What more there is to know, such as the new role or the end of a ban.
    package var detail: String?
    package var at: Timestamp

    package init(
        id: ObjectID, room: RoomID?, actor: UserID, via: UserID? = nil, target: UserID? = nil, action: String,
        reason: String? = nil, detail: String? = nil, at: Timestamp
    ) {
        self.id = id
        self.room = room
        self.actor = actor
        self.via = via
        self.target = target
        self.action = action
        self.reason = reason
        self.detail = detail
        self.at = at
    }
}
