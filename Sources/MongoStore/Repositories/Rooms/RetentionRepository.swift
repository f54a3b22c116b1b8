internal import BSON

/// Removes what rooms no longer keep, on one connection; blocks.
package struct RetentionRepository {
    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// Messages that are removed in one step.
    package static let step = 500

    /// Every room that does not keep all. Reads all rooms.
    package func rooms() throws(MongoError) -> [RoomRecord] {
        let settings: [BSONDocument] = [
            ["settings.retention_days": ["$gt": 0]], ["settings.retention_count": ["$gt": 0]],
        ]
        var rooms: [RoomRecord] = []
        let documents = try connection.find(
            RoomRepository.collection, ["$or": .array(BSONArray(settings))], options: FindOptions(batchSize: 1000))
        for document in documents { rooms.append(try RoomRecord(document)) }
        return rooms
    }

    /// The first message that a room keeps by its settings: never beyond its newest.
    /// - Parameter now: milliseconds since 1970.
    package func firstKept(in room: RoomRecord, now: Int64) throws(MongoError) -> Int64 {
        let messages = connection.messages
        let last = try messages.tail(room.id, hint: room.last.seq, firstSeq: room.firstSeq).seq
        var first = room.firstSeq
        if let count = room.settings.int64("retention_count"), count > 0 { first = max(first, last - count + 1) }
        if let days = room.settings.int64("retention_days"), days > 0 {
            let oldest = ObjectID.lowest(atMilliseconds: now - days * 86_400_000)
            let bounds = MessageRepository.Bounds.known(lastSeq: last, firstSeq: room.firstSeq)
            first = max(first, try messages.position(of: oldest, in: room.id, bounds: bounds))
        }
        return min(first, last)
    }

    /// Notes that the room begins later. Before anything is removed, so that nobody looks for what is not there.
    package func raiseFirst(of room: String, to seq: Int64) throws(MongoError) {
        let operation = UpdateOperation(
            filter: ["_id": .string(room)],
            update: ["$max": ["first_seq": .int64(seq)], "$inc": ["revision": .int64(1)]])
        _ = try connection.update(RoomRepository.collection, [operation]).checked()
    }

    /// Removes up to ``step`` messages before the room's first, the oldest first, with what hangs on them.
    /// - Returns: how many.
    package func removeStep(in room: String, before first: Int64) throws(MongoError) -> Int {
        guard first > 1 else { return 0 }
        let old = try connection.find(
            MessageRepository.collection,
            ["room_id": .string(room), "seq": ["$gte": .int64(1), "$lt": .int64(first)]],
            options: FindOptions(sort: ["seq": 1], limit: Self.step))
        var messages: [MessageRecord] = []
        for document in old { messages.append(try MessageRecord(document)) }
        guard let lowest = messages.first?.seq, let highest = messages.last?.seq else { return 0 }
        for message in messages { try removeRest(of: message) }
        try connection.delete(
            MessageRepository.collection, MessageRepository.filter(room, lowest...highest))
        return messages.count
    }

    /// Most messages have nothing.
    private func removeRest(of message: MessageRecord) throws(MongoError) {
        guard let extra = message.extra else { return }
        let id = BSONValue.objectID(message.id)
        if extra.element("reactions") != nil { try connection.delete(ReactionRecord.collection, ["message_id": id]) }
        if extra.element("edited_at") != nil || extra.element("deleted_at") != nil {
            try connection.delete(RevisionRecord.collection, ["message_id": id])
        }
        if extra.element("pinned_at") != nil { try connection.delete(PinRecord.collection, ["_id": id]) }
        if extra.element("thread") != nil { try connection.delete(ThreadRecord.collection, ["_id": id]) }
    }
}
