package import Chat

/// What came of a `LaneRequest`.
package enum LaneAnswer: Sendable {
    case inspected(StorageRun)
    /// Nil: there is no such room.
    case tail(LogTail?)
    case held(Bool)
    case epochRaised
    /// Of `lookUp` and `readPage`.
    case messages([Message])
    case appended(AppendOutcome)
    case paused
    case failed(LogStorageError)
}
