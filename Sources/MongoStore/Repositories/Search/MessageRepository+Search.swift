internal import BSON

extension MessageRepository {
    /// The messages of a range that may be hits, newest first.
    func scan(
        _ room: String, _ seqs: ClosedRange<Int64>, _ criteria: SearchCriteria, _ source: ReadSource
    ) throws(MongoError) -> [MessageRecord] {
        // Two stages: SecantusDB uses an index only when the filter names exactly its fields; mongod merges the two.
        let pipeline: [BSONDocument] = [
            ["$match": .document(Self.filter(room, seqs))], ["$match": .document(criteria.scanFilter)],
            ["$sort": ["seq": -1]],
        ]
        let options = AggregateOptions(
            batchSize: 1001, maxTimeMilliseconds: SearchWindow.milliseconds(for: Int64(seqs.count)), source: source)
        return try records(connection.aggregate(Self.collection, pipeline, options: options))
    }

    /// The messages with these numbers, in no particular order; at most 50, as its time grows with their square.
    func messages(_ room: String, at seqs: [Int64], _ source: ReadSource) throws(MongoError) -> [MessageRecord] {
        guard !seqs.isEmpty else { return [] }
        let values = seqs.map(BSONValue.int64)
        let filter: BSONDocument = [
            "room_id": .string(room), "seq": values.count == 1 ? values[0] : ["$in": .array(BSONArray(values))],
        ]
        return try records(
            connection.find(Self.collection, filter, options: FindOptions(batchSize: seqs.count + 1, source: source)))
    }
}
