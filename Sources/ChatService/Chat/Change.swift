package import BSON

/// What somebody wants to change about a message that is there.
package struct ChangeDraft: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case edit(content: String, mentions: Mentions = .none)
        case delete
        case addReaction(Reaction)
        case removeReaction(Reaction)
        case pin
        case unpin
        /// All of its author goes from it: its words, his name. The service's own.
        case erase
        /// Replies came: the root counts them anew. The service's own.
        case countReplies
        /// The root no longer names somebody among those who replied. The service's own.
        case forgetParticipant(UserID)
    }

    package var roomID: RoomID
    package var messageID: ObjectID
    package var userID: UserID
    package var action: Action
    package var authority: ChangeAuthority

    package init(
        roomID: RoomID, messageID: ObjectID, userID: UserID, action: Action, authority: ChangeAuthority
    ) {
        self.roomID = roomID
        self.messageID = messageID
        self.userID = userID
        self.action = action
        self.authority = authority
    }
}

/// What the one who changes is allowed to.
package struct ChangeAuthority: Hashable, Sendable {
    /// Whether he may change what others wrote, and at any time.
    package var moderates: Bool
    /// How long after sending an author may edit and delete; nil: at any time.
    package var editWindowMilliseconds: Int64?
    /// The number of the first message that he sees; of those before it he may not even know.
    package var firstVisible: Int64 = 0
    /// What stands in the record of moderators' acts if this becomes one; nil: nothing does.
    package var recorded: Recorded?

    package struct Recorded: Hashable, Sendable {
        package var reason: String?
        /// The team's own application, where it acts as the moderator.
        package var via: UserID?

        package init(reason: String? = nil, via: UserID? = nil) {
            self.reason = reason
            self.via = via
        }
    }

    package init(moderates: Bool, editWindowMilliseconds: Int64? = nil) {
        self.moderates = moderates
        self.editWindowMilliseconds = editWindowMilliseconds
    }
}

/// The word for what happened to a message, on the wire and in storage. Open: later versions may add some.
package struct ChangeKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let edited = ChangeKind(rawValue: "edited")
    package static let deleted = ChangeKind(rawValue: "deleted")
    package static let reaction = ChangeKind(rawValue: "reaction")
    package static let pinned = ChangeKind(rawValue: "pinned")
    package static let unpinned = ChangeKind(rawValue: "unpinned")
    package static let thread = ChangeKind(rawValue: "thread")
}

/// A change that is stored: the next in its room's order of changes.
package struct Change: Hashable, Sendable {
    package var id: ObjectID
    package var roomID: RoomID
    /// The place among the room's changes: 1, 2, 3, … without holes.
    package var rev: Int64
    package var messageID: ObjectID
    package var kind: ChangeKind
    package var userID: UserID
    /// Of a reaction: which, and whether it was added.
    package var reaction: Reaction?
    package var isAdded: Bool?
    package var at: Timestamp

    package init(
        id: ObjectID, roomID: RoomID, rev: Int64, messageID: ObjectID, kind: ChangeKind, userID: UserID,
        reaction: Reaction? = nil, isAdded: Bool? = nil, at: Timestamp
    ) {
        self.id = id
        self.roomID = roomID
        self.rev = rev
        self.messageID = messageID
        self.kind = kind
        self.userID = userID
        self.reaction = reaction
        self.isAdded = isAdded
        self.at = at
    }
}
