package import BSON
package import Chat

/// How the write of a batch of changes ended.
package enum ChangeOutcome: Sendable {
    /// Stored and acknowledged, or refused one by one; in the order of the batch. Nil: nothing had to be changed.
    case done([Result<AppliedChange?, ChatError>])
    /// Another process wrote a change of one of the rooms: nothing is stored.
    case contested
    /// Nothing is stored.
    case failed(LogStorageError)
    /// Nothing is known: all may be stored, or nothing.
    case unknown(LogStorageError)
}

/// What the log of changes needs of storage. Called on a lane's own thread only, and blocks it.
package protocol ChangeStorage {
    /// The number of the room's last change at read concern `majority`; nil when there is no such room.
    /// - Parameter hint: where to start looking.
    func lastRev(of room: RoomID, hint: Int64) throws(LogStorageError) -> Int64?

    /// Changes by `rev`, in order, each with its message as it is now.
    func changes(in room: RoomID, revs: ClosedRange<Int64>) throws(LogStorageError) -> [AppliedChange]

    /// Those of the changes with these ids that are stored.
    func changes(ids: [ObjectID]) throws(LogStorageError) -> [AppliedChange]

    /// Writes all in one transaction, each room's behind its last change.
    func apply(_ batch: [PlannedChange], after revs: [RoomID: Int64]) -> ChangeOutcome

    /// Waits before another attempt, longer each time, some seconds at most.
    func pause(beforeAttempt attempt: Int)
}

/// A thread of its own that runs a change lane's jobs one after another, each with the storage to use.
package protocol ChangeThread: Sendable {
    func enqueue(_ job: @escaping @Sendable (any ChangeStorage) -> Void)
}

/// Where stored changes go: the rooms that somebody on this node looks at.
package protocol ChangeFeed: Sendable {
    /// The room's last delivered change; nil when nobody looks at it.
    func deliveredRev(in room: RoomID) -> Int64?

    /// Shows stored changes of a room, in order. Those that were shown, or do not come next, are passed over.
    func deliver(_ changes: [AppliedChange], in room: RoomID)
}
