internal import BSON

/// How far members have read, and what they have not; blocks. Throws as its connection does.
package struct ReadRepository {
    /// Positions in one command: about 300 ms of SecantusDB.
    package static let batchSize = 1_000

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package struct Position: Sendable, Hashable {
        package var room: String
        package var user: String
        package var seq: Int64

        package init(room: String, user: String, seq: Int64) {
            self.room = room
            self.user = user
            self.seq = seq
        }
    }

    /// Moves `read_seq` forward, never back; makes no members.
    package func advance(_ positions: [Position]) throws(MongoError) {
        for start in stride(from: 0, to: positions.count, by: Self.batchSize) {
            let updates = positions[start..<min(start + Self.batchSize, positions.count)].map { position in
                UpdateOperation(
                    filter: ["room_id": .string(position.room), "user_id": .string(position.user)],
                    update: ["$max": ["read_seq": .int64(position.seq)]])
            }
            _ = try connection.retryingOnce { () throws(MongoError) in
                try connection.update(MemberRepository.collection, updates, ordered: false).checked()
            }
        }
    }

    /// A membership with its room and that room's last message as far as they were noted.
    package struct MemberRoom: Sendable {
        package var member: MemberRecord
        package var room: RoomRecord
        package var lastMessage: MessageRecord?
    }

    /// A page of a user's rooms in the order of their ids; rooms that are gone are left out.
    /// - Parameter after: the last room of the page before.
    package func rooms(
        of user: String, after room: String?, limit: Int
    ) throws(MongoError) -> [MemberRoom] {
        let pipeline: [BSONDocument] = [
            // Both fields of the index, since SecantusDB uses it only then.
            ["$match": ["user_id": .string(user), "room_id": ["$gt": .string(room ?? "")]]],
            ["$sort": ["room_id": 1]], ["$limit": .int64(Int64(limit))],
            Self.lookup(RoomRepository.collection, "room_id", as: "room"), ["$unwind": "$room"],
            Self.lookup(MessageRepository.collection, "room.last._id", as: "last_message"),
        ]
        var rooms: [MemberRoom] = []
        let found = try connection.aggregate(
            MemberRepository.collection, pipeline, options: AggregateOptions(batchSize: limit + 1))
        for document in found {
            guard let room = document.document("room") else { continue }
            var last: MessageRecord?
            if let message = document.array("last_message")?.documents.first { last = try MessageRecord(message) }
            rooms.append(
                MemberRoom(
                    member: try MemberRecord(document), room: try RoomRecord(room), lastMessage: last))
        }
        return rooms
    }

    private static func lookup(_ collection: String, _ field: String, as name: String) -> BSONDocument {
        [
            "$lookup": [
                "from": .string(collection), "localField": .string(field), "foreignField": "_id", "as": .string(name),
            ]
        ]
    }

    /// Users who joined the room before a message and have read up to it, in the order of their ids.
    package func readers(
        room: String, seq: Int64, after user: String?, limit: Int
    ) throws(MongoError) -> [String] {
        let pipeline: [BSONDocument] = [
            ["$match": ["room_id": .string(room), "user_id": ["$gt": .string(user ?? "")]]],
            ["$match": ["read_seq": ["$gte": .int64(seq)], "joined_seq": ["$lt": .int64(seq)]]],
            ["$sort": ["user_id": 1]], ["$limit": .int64(Int64(limit))], ["$project": ["user_id": 1]],
        ]
        return try connection.aggregate(
            MemberRepository.collection, pipeline, options: AggregateOptions(batchSize: limit + 1)
        ).compactMap { $0.string("user_id") }
    }
}
