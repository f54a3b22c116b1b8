import BSON
import Chat
import ChatLog
import MongoStore

/// A change lane's thread: the driver's, which owns one database connection.
struct MongoChangeThread: ChangeThread {
    let lane: MongoLane

    func enqueue(_ job: @escaping @Sendable (any ChangeStorage) -> Void) {
        lane.enqueue { connection in job(MongoChangeStorage(connection: connection)) }
    }
}

/// The storage of changes on one database connection; blocks.
struct MongoChangeStorage: ChangeStorage {
    let connection: MongoConnection

    private var changes: ChangeRepository { ChangeRepository(connection) }

    func lastRev(of room: RoomID, hint: Int64) throws(LogStorageError) -> Int64? {
        try attempt { () throws(MongoError) in
            guard let record = try connection.rooms.find(room.rawValue) else { return nil }
            return try changes.tail(room.rawValue, hint: max(hint, record.last.rev))
        }
    }

    func changes(in room: RoomID, revs: ClosedRange<Int64>) throws(LogStorageError) -> [AppliedChange] {
        try attempt { () throws(MongoError) in try connection.appliedChanges(changes.range(room.rawValue, revs)) }
    }

    func changes(ids: [ObjectID]) throws(LogStorageError) -> [AppliedChange] {
        try attempt { () throws(MongoError) in try connection.appliedChanges(changes.find(ids: ids)) }
    }

    func apply(_ batch: [PlannedChange], after revs: [RoomID: Int64]) -> ChangeOutcome {
        do {
            return .done(try connection.withTransaction { _ in try write(batch, after: revs) })
        } catch let error as MongoError {
            if error.code == .duplicateKey { return .contested }
            let failure = LogStorageError(error.description)
            return error.outcomeUnknown ? .unknown(failure) : .failed(failure)
        } catch {
            return .unknown(LogStorageError("\(error)"))
        }
    }

    /// Inside the transaction: reads what the batch is about, works out what becomes of it, and writes that.
    private func write(
        _ planned: [PlannedChange], after revs: [RoomID: Int64]
    ) throws(MongoError) -> [Result<AppliedChange?, ChatError>] {
        let messages = try connection.messagesByID(Set(planned.map(\.draft.messageID)))
        let batch = ChangeBatch(
            planned, messages: messages,
            standingReactions: try changes.standingReactions(planned.compactMap(\.reactionID)),
            replies: try replies(planned, messages), revs: revs)
        guard !batch.changes.isEmpty else { return batch.results }
        var writes = ChangeRepository.Batch()
        writes.changes = batch.changes.map(ChangeRecord.init)
        writes.messages = batch.changedMessages.values.map(MessageRecord.init)
        writes.newReactions = batch.addedReactions.compactMap { id, change in ReactionRecord(id, change) }
        writes.removedReactions = Array(batch.removedReactions)
        writes.revisions = batch.revisions.map(RevisionRecord.init)
        writes.acts = batch.acts.map(AuditRecord.init)
        writes.pins = batch.changedMessages.values.compactMap(PinRecord.init)
        writes.threads = batch.changedMessages.values.compactMap(ThreadRecord.init)
        writes.removedPins = batch.changedMessages.values.filter { message in
            message.details?.pinnedAt == nil && messages[message.id]?.details?.pinnedAt != nil
        }.map(\.id)
        try changes.write(writes)
        // One that was not edited before has no more than what this batch brings.
        for id in Set(batch.revisions.map(\.change.messageID)) where messages[id]?.details?.editedAt != nil {
            try changes.trimRevisions(of: id, keeping: MessageRevision.maximumCount)
        }
        return batch.results
    }

    private func replies(
        _ planned: [PlannedChange], _ messages: [ObjectID: Message]
    ) throws(MongoError) -> [ObjectID: [Message]] {
        var replies: [ObjectID: [Message]] = [:]
        for change in planned {
            let root = change.draft.messageID
            guard case .countReplies = change.draft.action, replies[root] == nil, let message = messages[root] else {
                continue
            }
            let counted = message.details?.thread?.lastSeq ?? message.seq
            replies[root] = try connection.messages.replies(to: root, after: counted).map(Message.init)
        }
        return replies
    }

    func pause(beforeAttempt attempt: Int) {
        BlockingSleep.sleep(milliseconds: min(50 << min(attempt - 1, 5), 1_000))
    }

    private func attempt<Value>(_ body: () throws(MongoError) -> Value) throws(LogStorageError) -> Value {
        do {
            return try body()
        } catch {
            throw LogStorageError(error.description)
        }
    }
}

extension MongoConnection {
    /// The messages with these ids, as far as they exist.
    func messagesByID(_ ids: Set<ObjectID>) throws(MongoError) -> [ObjectID: Message] {
        let records = try messages.find(ids: Array(ids))
        return Dictionary(records.map { ($0.id, Message($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Changes with their messages as they are now.
    func appliedChanges(_ records: [ChangeRecord]) throws(MongoError) -> [AppliedChange] {
        let messages = try messagesByID(Set(records.map(\.messageID)))
        return records.map { record in
            let change = Change(record)
            // A message is gone only where retention took it: its change stays, so that `rev` has no hole.
            return AppliedChange(change: change, message: messages[record.messageID] ?? .removed(change))
        }
    }
}

extension PlannedChange {
    fileprivate var reactionID: ObjectID? {
        switch draft.action {
        case .addReaction(let reaction), .removeReaction(let reaction):
            ChangeBatch.reactionID(draft.messageID, draft.userID, reaction)
        case .edit, .delete, .pin, .unpin, .countReplies, .forgetParticipant, .erase:
            nil
        }
    }
}

extension Change {
    init(_ record: ChangeRecord) {
        self.init(
            id: record.id, roomID: RoomID(stored: record.roomID), rev: record.rev, messageID: record.messageID,
            kind: ChangeKind(rawValue: record.kind), userID: UserID(stored: record.userID),
            reaction: record.reaction.map(Reaction.init(stored:)), isAdded: record.isAdded,
            at: Timestamp(milliseconds: record.at))
    }
}

extension ChangeRecord {
    fileprivate init(_ change: Change) {
        self.init(
            id: change.id, roomID: change.roomID.rawValue, rev: change.rev, messageID: change.messageID,
            kind: change.kind.rawValue, userID: change.userID.rawValue, reaction: change.reaction?.text,
            isAdded: change.isAdded, at: change.at.milliseconds)
    }
}

extension ReactionRecord {
    fileprivate init?(_ id: ObjectID, _ change: Change) {
        guard let reaction = change.reaction else { return nil }
        self.init(
            id: id, messageID: change.messageID, roomID: change.roomID.rawValue, userID: change.userID.rawValue,
            reaction: reaction.text, createdAt: change.at.milliseconds)
    }
}

extension RevisionRecord {
    fileprivate init(_ revision: ChangeBatch.Revision) {
        let change = revision.change
        self.init(
            id: change.id, messageID: change.messageID, roomID: change.roomID.rawValue, content: revision.content,
            replacedBy: change.userID.rawValue, replacedAt: change.at.milliseconds)
    }
}

extension PinRecord {
    fileprivate init?(_ message: Message) {
        guard let pinnedAt = message.details?.pinnedAt else { return nil }
        self.init(id: message.id, roomID: message.roomID.rawValue, pinnedAt: pinnedAt.milliseconds)
    }
}

extension ThreadRecord {
    fileprivate init?(_ message: Message) {
        guard let thread = message.details?.thread else { return nil }
        self.init(id: message.id, roomID: message.roomID.rawValue, lastSeq: thread.lastSeq)
    }
}

extension Message {
    /// In the place of one that retention took: `seq` 0, which is shown to nobody.
    fileprivate static func removed(_ change: Change) -> Message {
        Message(
            id: change.messageID, roomID: change.roomID, seq: 0, userID: change.userID, username: "", content: "",
            timestamp: change.at, clientID: "", digest: nil)
    }
}
