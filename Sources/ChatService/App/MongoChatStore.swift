import BSON
import Chat
import Logging
import MongoStore

/// What the rules need of storage, met by MongoDB.
struct MongoChatStore: ChatStore {
    let client: MongoClient
    /// Learns of the ids that are read, so that what is written later orders after them.
    let ids: ObjectIDGenerator
    let logger: Logger
    /// Learns of rooms with new messages; nil: this process does not index.
    var indexQueue: SearchIndexQueue?

    func room(_ id: RoomID) async throws(ChatError) -> Room? {
        try await run("find room") { try $0.rooms.find(id.rawValue) }.map(Room.init)
    }

    func roomCreatingIfMissing(_ id: RoomID, by user: UserID) async throws(ChatError) -> Room {
        let now = Timestamp.now.milliseconds
        // One made again after the database was emptied is another room: it has another epoch.
        let record = RoomRecord(
            id: id.rawValue, name: id.rawValue, createdBy: user.rawValue, createdAt: now, epoch: now)
        let entry = AuditRecord(
            id: ids.next(), roomID: record.id, userID: user.rawValue, targetID: nil, action: "create", reason: nil,
            detail: record.visibility, at: record.createdAt)
        return Room(
            try await run("make room") { connection in
                let made = try connection.rooms.createIfMissing(record)
                if made.created { try AuditRepository(connection).add([entry]) }
                return made.room
            })
    }

    func newestMessages(of room: Room, limit: Int) async throws(ChatError) -> [Message] {
        observed(
            try await run("newest messages") { connection in
                try connection.messages.newest(room.id.rawValue, count: limit, bounds: room.bounds)
            })
    }

    func history(
        of room: Room, at position: HistoryPosition, limit: Int
    ) async throws(ChatError) -> MessagePage {
        let records = try await run("history") { connection in
            let (messages, id) = (connection.messages, room.id.rawValue)
            return switch position {
            case .newest: try messages.newest(id, count: limit, bounds: room.bounds)
            case .before(let before): try messages.page(id, before: before, limit: limit, bounds: room.bounds)
            case .after(let after): try messages.after(id, id: after, limit: limit, bounds: room.bounds)
            case .around(let middle): try messages.around(id, id: middle, limit: limit, bounds: room.bounds)
            }
        }
        let older = records.first.flatMap { $0.seq > room.firstSeq ? $0.id : nil }
        // One page too many at the most: an empty one says that this was the end.
        let newer = position.goesForward && records.count == limit ? records.last?.id : nil
        return MessagePage(messages: observed(records), nextBeforeID: older, nextAfterID: newer)
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) async throws(ChatError) -> [Message] {
        observed(try await run("messages by number") { try $0.messages.range(room.rawValue, seqs) })
    }

    func messages(ids: [ObjectID]) async throws(ChatError) -> [ObjectID: Message] {
        try await run("messages by id") { try $0.messagesByID(Set(ids)) }
    }

    func lastRev(of room: Room) async throws(ChatError) -> Int64 {
        try await run("last change") { connection in
            try ChangeRepository(connection).tail(room.id.rawValue, hint: room.lastRevHint)
        }
    }

    func changes(in room: RoomID, revs: ClosedRange<Int64>) async throws(ChatError) -> [AppliedChange] {
        try await run("changes by number") { connection in
            try connection.appliedChanges(ChangeRepository(connection).range(room.rawValue, revs))
        }
    }

    func note(_ ends: [LogEnd]) async throws(ChatError) {
        let hints = ends.map { end in
            RoomRepository.LastHint(
                room: end.room.rawValue, last: RoomRecord.Last(seq: end.seq, id: end.id, rev: end.rev))
        }
        try await run("note ends of logs") { try $0.rooms.updateLastHints(hints) }
        for end in ends where end.seq > 0 { indexQueue?.note(end.room, lastSeq: end.seq) }
    }

    func notes(of rooms: [RoomID]) async throws(ChatError) -> [RoomID: RoomNote] {
        try await run("notes of rooms") { try $0.rooms.notes(of: rooms.map(\.rawValue)) }.reduce(into: [:]) {
            notes, note in
            let room = RoomID(stored: note.room)
            notes[room] = RoomNote(
                end: LogEnd(room: room, seq: note.last.seq, id: note.last.id, rev: note.last.rev), epoch: note.epoch,
                firstSeq: note.firstSeq, revision: note.revision)
        }
    }

    func renewEpoch(of room: RoomID, after epoch: Int64) async throws(ChatError) {
        let now = Timestamp.now.milliseconds
        try await run("new epoch") { try $0.rooms.renewEpoch(of: room.rawValue, after: epoch, at: now) }
    }

    private func observed(_ records: [MessageRecord]) -> [Message] {
        records.map { record in
            ids.observe(record.id)
            return Message(record)
        }
    }

    /// The details of a failure go to the log, a plain sentence to the client.
    func run<T: Sendable>(
        _ label: StaticString, _ job: @escaping @Sendable (MongoConnection) throws -> T
    ) async throws(ChatError) -> T {
        do {
            return try await client.run(label, job)
        } catch let error as MongoError where error.isTransient || error.code == .shutdown {
            logger.debug("database does not answer", metadata: ["job": "\(label)", "error": "\(error)"])
            throw .unavailable("the database does not answer")
        } catch let refusal as ChatError {
            throw refusal
        } catch is CancellationError {
            throw .unavailable("the request was given up")
        } catch {
            logger.error("database error", metadata: ["job": "\(label)", "error": "\(error)"])
            throw .internalError
        }
    }
}

extension Room {
    fileprivate var bounds: MessageRepository.Bounds { .hint(lastSeqHint, firstSeq: firstSeq) }
}
