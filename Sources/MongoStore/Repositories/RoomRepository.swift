package import BSON

/// Reads and writes `rooms` on one connection; blocks. Off a lane: ``MongoClient/rooms(deadline:_:_:)``.
package struct RoomRepository {
    package static let collection = "rooms"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func find(_ id: String) throws(MongoError) -> RoomRecord? {
        guard let document = try connection.findOne(Self.collection, ["_id": .string(id)]) else { return nil }
        return try RoomRecord(document)
    }

    /// The room as it is stored; `record` is stored first when there is none. Of any number of callers at the same time
    /// one makes it, and all get the same.
    /// - Returns: whether this call made it. False, too, when it did but a broken connection hid that.
    package func createIfMissing(_ record: RoomRecord) throws(MongoError) -> (room: RoomRecord, created: Bool) {
        if let room = try find(record.id) { return (room, false) }
        let created = try connection.upsert(
            Self.collection, ["_id": .string(record.id)], ["$setOnInsert": .document(record.fields)])
        if created { return (record, true) }
        guard let room = try find(record.id) else {
            throw MongoError(.command, "room \(record.id) vanished while it was made")
        }
        return (room, false)
    }

    /// Gives the room an epoch that it never had: the time, or one more than the present epoch where that is not
    /// greater. Counting alone would come to an earlier number again when `rooms` was restored with `messages`.
    /// - Parameter milliseconds: since 1970.
    /// - Throws: `.command` when there is no such room.
    package func raiseEpoch(_ room: String, at milliseconds: Int64) throws(MongoError) {
        let filter: BSONDocument = ["_id": .string(room)]
        let outcome = try connection.update(
            Self.collection,
            [
                UpdateOperation(filter: filter, update: ["$max": ["epoch": .int64(milliseconds)]]),
                UpdateOperation(filter: filter, update: ["$inc": ["epoch": .int64(1)]]),
            ]
        ).checked()
        guard outcome.matched == 2 else { throw MongoError(.command, "room \(room) is not there") }
    }

    /// Where a room's log ends, for ``updateLastHints(_:)``.
    package struct LastHint: Sendable, Hashable {
        package var room: String
        package var last: RoomRecord.Last

        package init(room: String, last: RoomRecord.Last) {
            self.room = room
            self.last = last
        }
    }

    /// Moves `last` forward; never back, and each of its numbers by itself. A room that does not exist is left out.
    package func updateLastHint(
        _ room: String, seq: Int64, id: ObjectID?, rev: Int64
    ) throws(MongoError) {
        try updateLastHints([LastHint(room: room, last: RoomRecord.Last(seq: seq, id: id, rev: rev))])
    }

    /// The same for many rooms in one command.
    package func updateLastHints(_ hints: [LastHint]) throws(MongoError) {
        let updates = hints.map { hint in
            var last: BSONDocument = ["last.seq": .int64(hint.last.seq), "last.rev": .int64(hint.last.rev)]
            // Ids grow with the numbers, so this maximum belongs to that of `seq`.
            if let id = hint.last.id { last.append("last._id", .objectID(id)) }
            return UpdateOperation(filter: ["_id": .string(hint.room)], update: ["$max": .document(last)])
        }
        _ = try connection.retryingOnce { () throws(MongoError) in
            try connection.update(Self.collection, updates, ordered: false).checked()
        }
    }
}
