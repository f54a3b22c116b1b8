package import BSON

extension MessageRepository {
    /// Which part of a room is meant, for reads that must find its end first.
    package struct Bounds: Sendable, Hashable {
        /// The room's `first_seq`.
        package var firstSeq: Int64
        /// The last message's number, or something near it.
        package var lastSeq: Int64
        /// Whether ``lastSeq`` is a hint that must be checked.
        package var lastIsHint: Bool

        /// - Parameter lastSeq: known from a majority read or acknowledgement.
        package static func known(lastSeq: Int64, firstSeq: Int64 = 1) -> Bounds {
            Bounds(firstSeq: firstSeq, lastSeq: lastSeq, lastIsHint: false)
        }

        /// - Parameter hint: `rooms.last.seq`, or 0.
        package static func hint(_ hint: Int64, firstSeq: Int64 = 1) -> Bounds {
            Bounds(firstSeq: firstSeq, lastSeq: hint, lastIsHint: true)
        }
    }

    /// The room's newest `count` messages, oldest first.
    package func newest(_ room: String, count: Int, bounds: Bounds) throws(MongoError) -> [MessageRecord] {
        let last = try lastSeq(room, bounds)
        guard count > 0, last >= bounds.firstSeq else { return [] }
        return try range(room, max(bounds.firstSeq, last - Int64(count) + 1)...last)
    }

    /// The newest `limit` messages with `_id < id`, oldest first. `id` need not be a message's, nor of this room: it
    /// then counts as a time.
    package func page(
        _ room: String, before id: ObjectID, limit: Int, bounds: Bounds
    ) throws(MongoError) -> [MessageRecord] {
        let position = try position(of: id, in: room, bounds: bounds)
        guard limit > 0, position > bounds.firstSeq else { return [] }
        return try page(
            room, max(bounds.firstSeq, position - Int64(limit))...position - 1, limit, ["$lt": .objectID(id)])
    }

    /// The oldest `limit` messages with `_id > id`, oldest first; `id` as in ``page(_:before:limit:bounds:)``.
    package func after(
        _ room: String, id: ObjectID, limit: Int, bounds: Bounds
    ) throws(MongoError) -> [MessageRecord] {
        // The message itself, when it is one, is left out by the second stage: hence one more.
        let position = try position(of: id, in: room, bounds: bounds)
        guard limit > 0 else { return [] }
        return try page(room, position...position + Int64(limit), limit, ["$gt": .objectID(id)])
    }

    /// `limit` messages around `id`, oldest first: about half are older. `id` as in ``page(_:before:limit:bounds:)``.
    package func around(
        _ room: String, id: ObjectID, limit: Int, bounds: Bounds
    ) throws(MongoError) -> [MessageRecord] {
        let last = try lastSeq(room, bounds)
        guard limit > 0, last >= bounds.firstSeq else { return [] }
        let bounds = Bounds(firstSeq: bounds.firstSeq, lastSeq: last, lastIsHint: false)
        let position = try position(of: id, in: room, bounds: bounds)
        let size = Int64(limit)
        // Near the end, more of what is older.
        let start = max(min(position - size / 2, last - size + 1), bounds.firstSeq)
        return try range(room, start...min(start + size - 1, max(last, start)))
    }

    /// The number of the room's first message with `_id >= id`: its own when `id` is a message of the room; one more
    /// than the last when all are older.
    ///
    /// Numbers grow with ids, so it is found like a word in a dictionary, 16 reads in one.
    package func position(of id: ObjectID, in room: String, bounds: Bounds) throws(MongoError) -> Int64 {
        let own = try connection.findOne(
            Self.collection, ["_id": .objectID(id)], options: FindOptions(projection: ["room_id": 1, "seq": 1]))
        if let own, own.string("room_id") == room, let seq = own.int64("seq") { return seq }
        // Everything at or below `older` is older than `id`; `newer` is not, or is beyond the end.
        var older = bounds.firstSeq - 1
        var newer = max(try lastSeq(room, bounds) + 1, bounds.firstSeq)
        while newer - older > 1 {
            let seqs = DenseNumbers.spread(from: older, to: newer)
            let found = try ids(room, seqs)
            for seq in seqs {
                // One that is missing was removed by retention, so it was older than what is there.
                if let there = found[seq], there >= id {
                    newer = seq
                    break
                }
                older = seq
            }
        }
        return newer
    }

    private func lastSeq(_ room: String, _ bounds: Bounds) throws(MongoError) -> Int64 {
        guard bounds.lastIsHint else { return bounds.lastSeq }
        return try tail(room, hint: bounds.lastSeq, firstSeq: bounds.firstSeq).seq
    }

    /// In two stages: SecantusDB uses an index only when the filter names exactly its fields; mongod merges the two.
    private func page(
        _ room: String, _ seqs: ClosedRange<Int64>, _ limit: Int, _ ids: BSONValue
    ) throws(MongoError) -> [MessageRecord] {
        let pipeline: [BSONDocument] = [
            ["$match": .document(Self.filter(room, seqs))], ["$match": ["_id": ids]], ["$sort": ["seq": 1]],
            ["$limit": .int64(Int64(limit))],
        ]
        return try records(
            connection.aggregate(Self.collection, pipeline, options: AggregateOptions(batchSize: min(limit, 1000) + 1)))
    }
}
