package import BSON

/// A document of `pins`: a message that is pinned.
package struct PinRecord: Sendable, Hashable {
    package static let collection = "pins"

    /// The message's.
    package var id: ObjectID
    package var roomID: String
    /// Milliseconds since 1970.
    package var pinnedAt: Int64

    package init(id: ObjectID, roomID: String, pinnedAt: Int64) {
        self.id = id
        self.roomID = roomID
        self.pinnedAt = pinnedAt
    }

    var fields: BSONDocument {
        ["room_id": .string(roomID), "pinned_at": .datetime(milliseconds: pinnedAt)]
    }
}

extension ChangeRepository {
    /// What is pinned in a room, the newest pin first.
    package func pins(of room: String, before: TimedRecordPosition?, limit: Int) throws(MongoError) -> [PinRecord] {
        // The end of the year 9999: some servers know no later date.
        let end = before?.at ?? 253_402_300_799_999
        var pipeline: [BSONDocument] = [
            [
                "$match": [
                    "room_id": .string(room),
                    "pinned_at": ["$gt": .datetime(milliseconds: 0), "$lte": .datetime(milliseconds: end)],
                ]
            ]
        ]
        if let before { pipeline.append(["$match": .document(before.beyond("pinned_at", "$lt"))]) }
        pipeline.append(["$sort": ["pinned_at": -1, "_id": -1]])
        pipeline.append(["$limit": .int64(Int64(limit))])
        return try connection.aggregate(PinRecord.collection, pipeline).compactMap { document in
            document.objectID("_id").map { id in
                PinRecord(id: id, roomID: room, pinnedAt: document.milliseconds("pinned_at") ?? 0)
            }
        }
    }

    /// The messages that these documents are about, in their order.
    func messages(in documents: [BSONDocument]) throws(MongoError) -> [MessageRecord] {
        try messages(in: documents.compactMap { $0.objectID("_id") })
    }

    /// The messages with these ids, in their order.
    package func messages(in ids: [ObjectID]) throws(MongoError) -> [MessageRecord] {
        let found = try connection.messages.find(ids: ids)
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }
}
