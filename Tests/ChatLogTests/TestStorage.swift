import BSON
import Chat
import ChatLog

/// A storage that keeps what it is given, and notes and does what a test says. One thread's.
final class TestStorage: LogStorage {
    var messages = SharedMessages()
    private(set) var batches: [[Message]] = []
    private(set) var hints: [Int64] = []
    private(set) var pages: [ClosedRange<Int64>] = []
    private(set) var pauses: [Int] = []
    private(set) var inspections = 0
    private(set) var raisedEpochs: [RoomID] = []
    /// Another after a restart.
    var run = StorageRun("first")
    var missingRooms: Set<RoomID> = []
    /// Reads and writes fail.
    var isAway = false
    /// Reads of messages by their numbers fail.
    var failsPages = false
    /// The next write is done, but its answer is lost.
    var losesNextAnswer = false
    /// Called in the middle of each write, before it takes effect.
    var whileWriting: () -> Void = {}
    /// Called in each pause.
    var whilePausing: () -> Void = {}

    func currentRun() throws(LogStorageError) -> StorageRun { run }

    func checkSchema() throws(LogStorageError) {
        try requirePresence()
        inspections += 1
    }

    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail? {
        try requirePresence()
        hints.append(hint)
        return missingRooms.contains(room) ? nil : messages.tail(of: room)
    }

    func holds(_ message: LogTail, in room: RoomID) throws(LogStorageError) -> Bool {
        try requirePresence()
        let found = messages.all(in: room).first { $0.seq == message.seq }
        return message.id == nil ? found != nil : found?.id == message.id
    }

    func raiseEpoch(of room: RoomID) throws(LogStorageError) {
        try requirePresence()
        raisedEpochs.append(room)
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message] {
        try requirePresence()
        if failsPages { throw LogStorageError("no page") }
        pages.append(seqs)
        return messages.messages(in: room, seqs: seqs)
    }

    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message] {
        try requirePresence()
        return messages.messages(in: room, keys: keys)
    }

    func append(_ batch: [Message]) -> AppendOutcome {
        whileWriting()
        guard !isAway else { return .unknown(LogStorageError("away")) }
        batches.append(batch)
        let (count, refusal) = messages.insert(batch[...])
        messages.commit()
        if losesNextAnswer {
            losesNextAnswer = false
            return .unknown(LogStorageError("the answer is lost"))
        }
        return refusal.map { .refused(after: count, $0) } ?? .stored
    }

    func pause(beforeAttempt attempt: Int) {
        pauses.append(attempt)
        whilePausing()
    }

    /// Another process wrote these.
    func store(_ stored: [Message]) {
        _ = messages.insert(stored[...])
        messages.commit()
    }

    private func requirePresence() throws(LogStorageError) {
        if isAway { throw LogStorageError("away") }
    }
}
