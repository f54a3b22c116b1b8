package import BSON

extension MessageRepository {
    /// The room's last message at read concern `majority`: gallops forward from `hint`, then closes in with reads of
    /// exact numbers. One read when the hint is right, else about log16 of the distance.
    ///
    /// Rests on the numbers being dense from `firstSeq` to the last.
    /// - Parameters:
    ///   - hint: where to start; may lie behind the end or beyond it.
    ///   - firstSeq: the room's `first_seq`, read before this call.
    package func tail(_ room: String, hint: Int64, firstSeq: Int64 = 1) throws(MongoError) -> RoomTail {
        let start = max(hint, firstSeq - 1)
        var found: [Int64: ObjectID] = [:]
        let last = try DenseNumbers.last(hint: start, first: firstSeq) { (seqs) throws(MongoError) in
            let there = try ids(room, seqs)
            // The highest yet is in the last answer that held any.
            if !there.isEmpty { found = there }
            return there.keys.max()
        }
        if let last { return RoomTail(seq: last, id: found[last]) }
        let end = RoomTail(seq: firstSeq - 1, id: nil)
        // Nothing found although the hint or `firstSeq` says that there was something: not dense from there, since
        // retention has removed messages meanwhile. (Or the hint is wrong and the room empty.)
        if start >= firstSeq || firstSeq > 1 { return try slowTail(room) ?? end }
        return end
    }

    /// The id of the message with this number.
    package func id(
        at seq: Int64, in room: String, from source: ReadSource = .primaryMajority
    ) throws(MongoError) -> ObjectID? {
        try ids(room, [seq], from: source)[seq]
    }

    /// The ids of the messages with these numbers.
    func ids(
        _ room: String, _ seqs: [Int64], from source: ReadSource = .primaryMajority
    ) throws(MongoError) -> [Int64: ObjectID] {
        let values = seqs.map { BSONValue.int64($0) }
        let filter: BSONDocument = [
            "room_id": .string(room), "seq": values.count == 1 ? values[0] : ["$in": .array(BSONArray(values))],
        ]
        let options = FindOptions(projection: ["_id": 1, "seq": 1], batchSize: seqs.count + 1, source: source)
        var found: [Int64: ObjectID] = [:]
        for document in try connection.find(Self.collection, filter, options: options) {
            guard let seq = document.int64("seq"), let id = document.objectID("_id") else {
                throw MongoError(.decoding, "a message of room \(room) has no seq or no ObjectId")
            }
            found[seq] = id
        }
        return found
    }

    /// Right without any assumption, but some servers read the whole room for it.
    private func slowTail(_ room: String) throws(MongoError) -> RoomTail? {
        let last = try connection.findOne(
            Self.collection, ["room_id": .string(room)],
            options: FindOptions(sort: ["seq": -1], projection: ["_id": 1, "seq": 1]))
        guard let last, let seq = last.int64("seq") else { return nil }
        return RoomTail(seq: seq, id: last.objectID("_id"))
    }
}
