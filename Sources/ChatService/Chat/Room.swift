/// A room as the service knows it.
package struct Room: Hashable, Sendable {
    /// Who may see a room.
    package enum Visibility: String, Hashable, Sendable {
        case `public`, `private`, direct
    }

    package var id: RoomID
    package var name: String
    package var visibility: Visibility
    package var createdBy: UserID?
    package var createdAt: Timestamp
    /// Changes when the room's order was lost, such as after a restored backup: cursors of another epoch are void.
    package var epoch: Int64
    /// The first message that retention left.
    package var firstSeq: Int64
    /// Where the room's log ended when it was last noted: a place to start looking, never the truth.
    package var lastSeqHint: Int64
    /// The same for its changes.
    package var lastRevHint: Int64
    /// Whether the room tells who has read what.
    package var sharesReceipts = true

    package init(
        id: RoomID, name: String, visibility: Visibility, createdBy: UserID?, createdAt: Timestamp, epoch: Int64,
        firstSeq: Int64, lastSeqHint: Int64, lastRevHint: Int64 = 0
    ) {
        self.id = id
        self.name = name
        self.visibility = visibility
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.epoch = epoch
        self.firstSeq = firstSeq
        self.lastSeqHint = lastSeqHint
        self.lastRevHint = lastRevHint
    }
}
