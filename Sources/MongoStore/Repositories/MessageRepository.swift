package import BSON

/// Reads and writes `messages` on one connection; blocks. Off a lane: ``MongoClient/messages(_:_:)``.
///
/// Each query names exactly the fields of one index, with the range bounded at both ends, and leaves the rest to a
/// second stage: so it costs the same in the first and in the millionth message, on mongod and on simpler planners.
/// Every method throws `MongoError`, as its connection does, and `.decoding` for a document that is no message.
package struct MessageRepository {
    package static let collection = "messages"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// Writes a batch as one command (at most 16 MiB), with the connection string's write concern; never retried.
    /// - Parameter ordered: stop at the first that is refused.
    package func insert(_ batch: [MessageRecord], ordered: Bool = true) throws(MongoError) -> InsertOutcome {
        guard !batch.isEmpty else { return InsertOutcome(insertedCount: 0) }
        // Keys, types, ids and numbers take 200 bytes a message.
        let size = batch.reduce(256) { $0 + $1.content.utf8.count + 360 }
        var writer = BSONWriter(reservingCapacity: size)
        writer.append("insert", Self.collection)
        writer.append("ordered", ordered)
        writer.array("documents") { documents in
            for record in batch {
                documents.document { record.write(into: &$0) }
            }
        }
        return try connection.insert(command: writer.finish())
    }

    /// The messages with these numbers, oldest first; those that do not exist are left out.
    package func range(_ room: String, _ seqs: ClosedRange<Int64>) throws(MongoError) -> [MessageRecord] {
        let options = FindOptions(sort: ["seq": 1], batchSize: min(Int(clamping: seqs.count), 1000) + 1)
        return try records(connection.find(Self.collection, Self.filter(room, seqs), options: options))
    }

    /// A message by its id, whatever its room.
    package func find(_ id: ObjectID) throws(MongoError) -> MessageRecord? {
        guard let document = try connection.findOne(Self.collection, ["_id": .objectID(id)]) else { return nil }
        return try MessageRecord(document)
    }

    /// The room's messages with these (user, client) ids, in no particular order.
    package func find(
        _ room: String, ids: [(userID: String, clientID: String)]
    ) throws(MongoError) -> [MessageRecord] {
        var found: [MessageRecord] = []
        let byUser = Dictionary(grouping: ids, by: \.userID)
        for (user, pairs) in byUser {
            // One user a query: with `$or`, or `$in` for users too, SecantusDB reads the whole room (12 s for 100,000
            // messages). And few ids a query: its time grows with their square (20: 2 ms; 500: 200 ms).
            for start in stride(from: 0, to: pairs.count, by: 50) {
                let chunk = pairs[start..<min(start + 50, pairs.count)].map { BSONValue.string($0.clientID) }
                let filter: BSONDocument = [
                    "room_id": .string(room), "user_id": .string(user),
                    "client_id": chunk.count == 1 ? chunk[0] : ["$in": .array(BSONArray(chunk))],
                ]
                let options = FindOptions(batchSize: chunk.count + 1)
                found += try records(connection.find(Self.collection, filter, options: options))
            }
        }
        return found
    }

    /// The messages with these ids, whatever their rooms, in no particular order.
    package func find(ids: [ObjectID]) throws(MongoError) -> [MessageRecord] {
        guard !ids.isEmpty else { return [] }
        let filter: BSONDocument = ["_id": ["$in": .array(BSONArray(ids.map { .objectID($0) }))]]
        return try records(connection.find(Self.collection, filter, options: FindOptions(batchSize: ids.count + 1)))
    }

    /// The newest replies of a thread below a number, oldest first.
    package func replies(to root: ObjectID, before seq: Int64?, limit: Int) throws(MongoError) -> [MessageRecord] {
        let range: BSONValue = ["$gt": .int64(0), "$lt": .int64(seq ?? DenseNumbers.highest)]
        let newest = try records(
            connection.find(
                Self.collection, ["thread_id": .objectID(root), "seq": range],
                options: FindOptions(sort: ["seq": -1], limit: limit)))
        return newest.reversed()
    }

    /// A thread's replies behind a number, oldest first.
    package func replies(to root: ObjectID, after seq: Int64) throws(MongoError) -> [MessageRecord] {
        let range: BSONValue = ["$gt": .int64(seq), "$lt": .int64(DenseNumbers.highest)]
        return try records(
            connection.find(
                Self.collection, ["thread_id": .objectID(root), "seq": range], options: FindOptions(sort: ["seq": 1])))
    }

    func records(_ documents: [BSONDocument]) throws(MongoError) -> [MessageRecord] {
        var records: [MessageRecord] = []
        records.reserveCapacity(documents.count)
        for document in documents { records.append(try MessageRecord(document)) }
        return records
    }

    /// Bounded at both ends, on exactly the fields of the index `{room_id, seq}`.
    static func filter(_ room: String, _ seqs: ClosedRange<Int64>) -> BSONDocument {
        [
            "room_id": .string(room),
            "seq": seqs.count == 1
                ? .int64(seqs.lowerBound) : ["$gte": .int64(seqs.lowerBound), "$lte": .int64(seqs.upperBound)],
        ]
    }
}
