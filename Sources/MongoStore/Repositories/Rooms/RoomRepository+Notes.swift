internal import BSON

/// What a document of `rooms` says for other processes to follow.
package struct RoomNoteRecord: Hashable, Sendable {
    package var room: String
    package var last: RoomRecord.Last
    package var epoch: Int64
    package var firstSeq: Int64
    package var revision: Int64
}

extension RoomRepository {
    /// What these rooms' documents say now; rooms that are not there are left out.
    package func notes(of rooms: [String]) throws(MongoError) -> [RoomNoteRecord] {
        var notes: [RoomNoteRecord] = []
        let fields: BSONDocument = ["last": 1, "epoch": 1, "first_seq": 1, "revision": 1]
        // Small parts: the embedded server compares each of the ids with each document.
        for start in stride(from: 0, to: rooms.count, by: 20) {
            let part = rooms[start..<min(start + 20, rooms.count)].map(BSONValue.string)
            let found = try connection.find(
                Self.collection, ["_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(projection: fields, batchSize: part.count + 1))
            for document in found {
                guard let id = document.string("_id") else { continue }
                notes.append(
                    RoomNoteRecord(
                        room: id, last: RoomRecord.Last(document.document("last")),
                        epoch: document.int64("epoch") ?? 1, firstSeq: max(document.int64("first_seq") ?? 1, 1),
                        revision: document.int64("revision") ?? 0))
            }
        }
        return notes
    }

    /// Gives the room an epoch that it never had, unless it has one after `epoch` already: of several processes that find
    /// its order lost, one does.
    /// - Parameter milliseconds: since 1970.
    package func renewEpoch(of room: String, after epoch: Int64, at milliseconds: Int64) throws(MongoError) {
        let operation = UpdateOperation(
            filter: ["_id": .string(room), "epoch": ["$lte": .int64(epoch)]],
            update: ["$set": ["epoch": .int64(max(milliseconds, epoch + 1))]])
        _ = try connection.update(Self.collection, [operation]).checked()
    }
}
