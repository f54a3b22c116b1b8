import BSON
import Chat
import ChatLog
import MongoStore

/// A lane's thread: the driver's, which owns one database connection.
struct MongoLaneThread: LaneThread {
    let lane: MongoLane

    func enqueue(_ job: @escaping @Sendable (any LogStorage) -> Void) {
        lane.enqueue { connection in job(MongoLogStorage(connection)) }
    }
}

/// The log's storage on one database connection; blocks.
struct MongoLogStorage: LogStorage {
    private let connection: MongoConnection
    private let messages: MessageRepository
    private let rooms: RoomRepository

    init(_ connection: MongoConnection) {
        self.connection = connection
        messages = MessageRepository(connection)
        rooms = RoomRepository(connection)
    }

    func currentRun() throws(LogStorageError) -> StorageRun {
        try attempt { () throws(MongoError) in
            // From the greetings of the server: no round trip.
            let primary = try connection.primaryIdentity()
            let parts = [primary.electionID?.description, primary.processID?.description, primary.address]
            return StorageRun(parts.map { $0 ?? "-" }.joined(separator: " "))
        }
    }

    func checkSchema() throws(LogStorageError) {
        try attempt { () throws(MongoError) in
            let schema = try SchemaCheck.run(connection)
            guard schema == .current else { throw MongoError(.command, schema.description) }
        }
    }

    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail? {
        try attempt { () throws(MongoError) in
            guard let record = try rooms.find(room.rawValue) else { return nil }
            let tail = try messages.tail(
                room.rawValue, hint: max(hint, record.last.seq), firstSeq: record.firstSeq)
            return LogTail(seq: tail.seq, id: tail.id)
        }
    }

    func holds(_ message: LogTail, in room: RoomID) throws(LogStorageError) -> Bool {
        try attempt { () throws(MongoError) in
            if let first = try rooms.find(room.rawValue)?.firstSeq, message.seq < first { return true }
            let id = try messages.id(at: message.seq, in: room.rawValue, from: .primaryLocal)
            return message.id == nil ? id != nil : id == message.id
        }
    }

    func raiseEpoch(of room: RoomID) throws(LogStorageError) {
        try attempt { () throws(MongoError) in
            try rooms.raiseEpoch(room.rawValue, at: Timestamp.now.milliseconds)
        }
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message] {
        try attempt { () throws(MongoError) in
            try messages.range(room.rawValue, seqs).map(Message.init)
        }
    }

    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message] {
        try attempt { () throws(MongoError) in
            let ids = keys.map { (userID: $0.userID.rawValue, clientID: $0.clientID) }
            return try messages.find(room.rawValue, ids: ids).map(Message.init)
        }
    }

    func append(_ batch: [Message]) -> AppendOutcome {
        let outcome: InsertOutcome
        do throws(MongoError) {
            outcome = try messages.insert(batch.map(MessageRecord.init))
        } catch {
            return .unknown(LogStorageError(error.description))
        }
        if let error = outcome.writeConcernError { return .unknown(LogStorageError(error.description)) }
        guard let refused = outcome.writeErrors.first else {
            if outcome.insertedCount == batch.count { return .stored }
            return .unknown(LogStorageError("\(outcome.insertedCount) of \(batch.count) messages were written"))
        }
        switch refused.code {
        case .duplicateKey: return .refused(after: refused.index, .duplicate)
        case .validation: return .refused(after: refused.index, .invalid("the database's validator refuses it"))
        default: return .unknown(LogStorageError(refused.message))
        }
    }

    func pause(beforeAttempt attempt: Int) {
        // 50 ms, 100 ms, … 1 s. The thread is the lane's own, so it may sleep.
        let milliseconds = min(50 << min(attempt - 1, 5), 1_000)
        BlockingSleep.sleep(milliseconds: milliseconds)
    }

    private func attempt<Value>(_ body: () throws(MongoError) -> Value) throws(LogStorageError) -> Value {
        do {
            return try body()
        } catch {
            throw LogStorageError(error.description)
        }
    }
}
