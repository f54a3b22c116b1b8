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
    /// The messages that are pinned in a room, the newest pin first.
    package func pinned(_ room: String, limit: Int) throws(MongoError) -> [MessageRecord] {
        // The end of the year 9999: some servers know no later date.
        let range: BSONValue = ["$gt": .datetime(milliseconds: 0), "$lt": .datetime(milliseconds: 253_402_300_799_999)]
        let pins = try connection.find(
            PinRecord.collection, ["room_id": .string(room), "pinned_at": range],
            options: FindOptions(sort: ["pinned_at": -1], limit: limit))
        return try messages(in: pins)
    }

    /// The messages that these documents are about, in their order.
    func messages(in documents: [BSONDocument]) throws(MongoError) -> [MessageRecord] {
        let ids = documents.compactMap { $0.objectID("_id") }
        let found = try connection.messages.find(ids: ids)
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }
    }
}
