package import Chat

/// What a lane tells others.
package enum LaneAction: Sendable {
    case settle(SendTicket, Result<Acknowledgement, ChatError>)
    /// A message was refused that its sender may send again.
    case interrupted(Interruption)
    /// Stored messages of a room, in order, to be shown.
    case deliver(RoomID, [Message])
    /// The log reaches up to here: what of it was not shown is to be read and shown.
    case catchUp(RoomID, through: Int64)
    /// The room's log ends here now, as acknowledged.
    case moved(RoomID, LogTail)
    /// What was acknowledged is gone, since a backup was restored or the database emptied; the room has a new epoch.
    case rolledBack(RoomID, from: Int64, to: Int64)
    /// The room is not in the database, and so is not written.
    case roomMissing(RoomID)
    /// What was stored but not shown could not be read; the next delivery or poll fills the gap.
    case unreadable(RoomID, LogStorageError)
    /// Nothing could be written; after a pause it is tried again.
    case failed(LogStorageError, attempt: Int)
}
