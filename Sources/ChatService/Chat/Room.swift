/// A room as the service knows it.
package struct Room: Hashable, Sendable {
    package var id: RoomID
    package var name: String
    package var topic = ""
    package var description = ""
    /// An emoji, or the address of a picture.
    package var icon = ""
    package var kind: RoomKind
    package var settings = RoomSettings()
    /// Nothing more is said in it, until it is taken out again.
    package var archivedAt: Timestamp?
    /// Only moderators talk, until it is unlocked.
    package var lockedAt: Timestamp?
    /// Deleted: only its id is left.
    package var goneAt: Timestamp?
    package var createdBy: UserID?
    package var createdAt: Timestamp
    /// Counts the acts on the room and its people, so that two processes do not decide upon the same state.
    package var revision: Int64 = 0
    /// Changes when the room's order was lost, such as after a restored backup: cursors of another epoch are void.
    package var epoch: Int64
    /// The first message that retention left.
    package var firstSeq: Int64
    /// Where the room's log ended when it was last noted: a place to start looking, never the truth.
    package var lastSeqHint: Int64
    /// The same for its changes.
    package var lastRevHint: Int64
    /// Whether the room tells who has read what.
    package var sharesReceipts: Bool { settings.receipts }

    /// Whether there is nothing to see: for one who came after the last message. `lastSeqHint` must be exact then.
    package var isBlank: Bool { settings.history == .joined && firstSeq > lastSeqHint }

    package var isArchived: Bool { archivedAt != nil }
    package var isLocked: Bool { lockedAt != nil }
    package var isGone: Bool { goneAt != nil }
    /// Whether one who is no member may read and listen.
    package var admitsVisitors: Bool { kind == .public && settings.history == .all }

    package init(
        id: RoomID, name: String, kind: RoomKind, createdBy: UserID?, createdAt: Timestamp, epoch: Int64,
        firstSeq: Int64, lastSeqHint: Int64, lastRevHint: Int64 = 0
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.epoch = epoch
        self.firstSeq = firstSeq
        self.lastSeqHint = lastSeqHint
        self.lastRevHint = lastRevHint
    }
}
