package import BSON

/// A document of `threads`: a message that has replies in a thread.
package struct ThreadRecord: Sendable, Hashable {
    package static let collection = "threads"

    /// The root's.
    package var id: ObjectID
    package var roomID: String
    /// The last reply that the root counts.
    package var lastSeq: Int64

    package init(id: ObjectID, roomID: String, lastSeq: Int64) {
        self.id = id
        self.roomID = roomID
        self.lastSeq = lastSeq
    }

    var fields: BSONDocument {
        ["room_id": .string(roomID), "last_seq": .int64(lastSeq)]
    }
}

extension ChangeRepository {
    /// The roots of a room's threads whose last reply has a number below `before`, the newest first.
    package func threads(_ room: String, before seq: Int64?, limit: Int) throws(MongoError) -> [MessageRecord] {
        let range: BSONValue = ["$gt": .int64(0), "$lt": .int64(seq ?? DenseNumbers.highest)]
        let threads = try connection.find(
            ThreadRecord.collection, ["room_id": .string(room), "last_seq": range],
            options: FindOptions(sort: ["last_seq": -1], limit: limit))
        return try messages(in: threads)
    }
}
