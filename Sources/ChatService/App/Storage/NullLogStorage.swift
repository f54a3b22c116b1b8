import Chat
import ChatLog

/// The log's storage for benchmarks: acknowledges at once and keeps nothing but the last number of each room.
struct NullLogStorage: LogStorage {
    let tails: NullTails

    func currentRun() throws(LogStorageError) -> StorageRun { StorageRun("none") }
    func checkSchema() throws(LogStorageError) {}
    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail? { tails.tail(of: room) }
    func holds(_ message: LogTail, in room: RoomID) throws(LogStorageError) -> Bool { true }
    func raiseEpoch(of room: RoomID) throws(LogStorageError) {}
    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message] { [] }
    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message] { [] }

    func append(_ messages: [Message]) -> AppendOutcome {
        for message in messages { tails.note(message) }
        return .stored
    }

    func pause(beforeAttempt attempt: Int) {}
}
