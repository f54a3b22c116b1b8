package import Chat

/// What a lane asks of its storage; `LogStorage` has a function for each.
package enum LaneRequest: Hashable, Sendable {
    case inspect
    case readTail(RoomID, hint: Int64)
    case verify(RoomID, LogTail)
    case raiseEpoch(RoomID, in: StorageRun)
    case lookUp(RoomID, [ClientKey])
    case readPage(RoomID, ClosedRange<Int64>)
    case append([Message], in: StorageRun)
    case pause(beforeAttempt: Int)
}
