package import Chat

/// What a lane asks of its storage; `LogStorage` has a function for each. Most is asked of one run of the primary.
package enum LaneRequest: Hashable, Sendable {
    case inspect
    case readTail(RoomID, hint: Int64, in: StorageRun)
    case verify(RoomID, LogTail, in: StorageRun)
    case raiseEpoch(RoomID, in: StorageRun)
    case lookUp(RoomID, [ClientKey], in: StorageRun)
    case readPage(RoomID, ClosedRange<Int64>)
    case append([Message], in: StorageRun)
    case pause(beforeAttempt: Int)
}
