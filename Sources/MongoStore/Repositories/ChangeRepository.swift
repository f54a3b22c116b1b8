package import BSON

/// Reads and writes `changes` on one connection; blocks. Throws as its connection does.
package struct ChangeRepository {
    package static let collection = "changes"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// The number of the room's last change at read concern `majority`; 0 when there is none.
    /// - Parameter hint: where to start; may lie behind the end or beyond it.
    package func tail(_ room: String, hint: Int64) throws(MongoError) -> Int64 {
        let last = try DenseNumbers.last(hint: hint, first: 1) { (revs) throws(MongoError) in
            try find(room, revs).map(\.rev).max()
        }
        return last ?? 0
    }

    /// The changes with these numbers, in order; those that do not exist are left out.
    package func range(_ room: String, _ revs: ClosedRange<Int64>) throws(MongoError) -> [ChangeRecord] {
        let range: BSONValue =
            revs.count == 1
            ? .int64(revs.lowerBound) : ["$gte": .int64(revs.lowerBound), "$lte": .int64(revs.upperBound)]
        return try records(
            ["room_id": .string(room), "rev": range],
            FindOptions(sort: ["rev": 1], batchSize: min(Int(clamping: revs.count), 1_000) + 1))
    }

    /// The changes with these ids, in no particular order.
    package func find(ids: [ObjectID]) throws(MongoError) -> [ChangeRecord] {
        guard !ids.isEmpty else { return [] }
        return try records(
            ["_id": ["$in": .array(BSONArray(ids.map { .objectID($0) }))]], FindOptions(batchSize: ids.count + 1))
    }

    private func find(_ room: String, _ revs: [Int64]) throws(MongoError) -> [ChangeRecord] {
        let values = revs.map { BSONValue.int64($0) }
        return try records(
            ["room_id": .string(room), "rev": values.count == 1 ? values[0] : ["$in": .array(BSONArray(values))]],
            FindOptions(batchSize: revs.count + 1))
    }

    private func records(_ filter: BSONDocument, _ options: FindOptions) throws(MongoError) -> [ChangeRecord] {
        var records: [ChangeRecord] = []
        for document in try connection.find(Self.collection, filter, options: options) {
            records.append(try ChangeRecord(document))
        }
        return records
    }

    /// What a batch of changes writes.
    package struct Batch: Sendable {
        package var changes: [ChangeRecord] = []
        /// As they are after the changes.
        package var messages: [MessageRecord] = []
        package var newReactions: [ReactionRecord] = []
        package var removedReactions: [ObjectID] = []
        package var revisions: [RevisionRecord] = []
        package var pins: [PinRecord] = []
        package var removedPins: [ObjectID] = []
        package var threads: [ThreadRecord] = []
        /// What moderators did.
        package var acts: [AuditRecord] = []

        package init() {}
    }

    /// Writes a batch; inside a transaction only.
    /// - Throws: also what single documents met: the server has ended the transaction then.
    package func write(_ batch: Batch) throws(MongoError) {
        // First what may be refused: another process may have taken the number.
        try insert(Self.collection, batch.changes.map(\.document))
        let updates = batch.messages.map { message in
            UpdateOperation(filter: ["_id": .objectID(message.id)], update: message.document)
        }
        if !updates.isEmpty { _ = try connection.update(MessageRepository.collection, updates).checked() }
        try insert(ReactionRecord.collection, batch.newReactions.map(\.document))
        if !batch.removedReactions.isEmpty {
            let ids = BSONArray(batch.removedReactions.map { .objectID($0) })
            try connection.delete(ReactionRecord.collection, ["_id": ["$in": .array(ids)]])
        }
        try insert(RevisionRecord.collection, batch.revisions.map(\.document))
        try upsert(PinRecord.collection, batch.pins.map { ($0.id, $0.fields) })
        try upsert(ThreadRecord.collection, batch.threads.map { ($0.id, $0.fields) })
        try insert(AuditRepository.collection, batch.acts.map(\.document))
        if !batch.removedPins.isEmpty {
            let ids = BSONArray(batch.removedPins.map { .objectID($0) })
            try connection.delete(PinRecord.collection, ["_id": ["$in": .array(ids)]])
        }
    }

    private func upsert(_ collection: String, _ records: [(id: ObjectID, fields: BSONDocument)]) throws(MongoError) {
        guard !records.isEmpty else { return }
        let updates = records.map { record in
            UpdateOperation(
                filter: ["_id": .objectID(record.id)], update: ["$set": .document(record.fields)], upsert: true)
        }
        _ = try connection.update(collection, updates).checked()
    }

    private func insert(_ collection: String, _ documents: [BSONDocument]) throws(MongoError) {
        let outcome = try connection.insert(collection, documents)
        if let first = outcome.writeErrors.first { throw first.error }
        if let concern = outcome.writeConcernError { throw concern }
    }
}
