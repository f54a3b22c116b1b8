internal import BSON

extension RoomRepository {
    /// Calls `body` with every room that is noted to have at least `count` messages, and how many it has. One pass over
    /// all rooms.
    package func forEach(withMessages count: Int64, _ body: (RoomRecord.Last, _ room: String) -> Void) throws {
        let options = FindOptions(projection: ["last": 1], batchSize: 1000)
        try connection.forEach(Self.collection, ["last.seq": ["$gte": .int64(count)]], options: options) { document in
            guard let room = document.string("_id"), let last = document.document("last") else { return true }
            body(
                RoomRecord.Last(
                    seq: last.int64("seq") ?? 0, id: last.objectID("_id"), rev: last.int64("rev") ?? 0), room)
            return true
        }
    }
}
