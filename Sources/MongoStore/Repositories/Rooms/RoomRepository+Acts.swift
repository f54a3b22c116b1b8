internal import BSON

extension RoomRepository {
    /// Whom an act on a room concerned, for the processes that have the room in memory.
    package struct Act: Sendable, Hashable {
        /// The room's, after the act.
        package var revision: Int64
        package var users: [String]
    }

    /// So many of a room's newest acts are kept.
    package static let keptActs = 32

    /// Counts an act on a room, if it is still as whoever decided upon the act saw it.
    /// - Parameter users: whom it concerns.
    /// - Returns: whether it was.
    package func countAct(_ room: String, revision: Int64, users: [String] = []) throws(MongoError) -> Bool {
        // Rooms of earlier versions have no number yet.
        let known: BSONValue = revision == 0 ? ["$in": [.int64(0), .null]] : .int64(revision)
        let act: BSONDocument = [
            "revision": .int64(revision + 1), "users": .array(BSONArray(users.map { .string($0) })),
        ]
        let push: BSONDocument = [
            "$each": .array(BSONArray([act])), "$slice": .int64(-Int64(Self.keptActs)),
        ]
        let operation = UpdateOperation(
            filter: ["_id": .string(room), "revision": known],
            update: ["$set": ["revision": .int64(revision + 1)], "$push": ["acts": .document(push)]])
        return try connection.update(Self.collection, [operation]).checked().matched == 1
    }

    /// Counts somebody who comes into a room with so many places; inside a transaction, where it keeps out who comes at the
    /// same time.
    package func countArrival(_ room: String) throws(MongoError) {
        let operation = UpdateOperation(filter: ["_id": .string(room)], update: ["$inc": ["arrivals": .int64(1)]])
        _ = try connection.update(Self.collection, [operation]).checked()
    }

    /// The room with its newest acts, the oldest first; at most ``keptActs``.
    package func findWithActs(_ room: String) throws(MongoError) -> (room: RoomRecord, acts: [Act])? {
        guard let document = try connection.findOne(Self.collection, ["_id": .string(room)]) else { return nil }
        var acts: [Act] = []
        for act in document.array("acts")?.documents ?? [] {
            guard let revision = act.int64("revision") else { continue }
            var users: [String] = []
            for case .string(let user) in act.array("users") ?? [] { users.append(user) }
            acts.append(Act(revision: revision, users: users))
        }
        return (try RoomRecord(document), acts)
    }

    /// Stores what a room is called and what state it is in; its log and its epoch are left alone.
    package func describe(_ record: RoomRecord) throws(MongoError) {
        var set: BSONDocument = [
            "name": .string(record.name), "topic": .string(record.topic), "description": .string(record.description),
            "icon": .string(record.icon), "visibility": .string(record.visibility),
            "settings": .document(record.settings),
        ]
        var unset = BSONDocument()
        let dates: [(String, Int64?)] = [
            ("archived_at", record.archivedAt), ("locked_at", record.lockedAt), ("gone_at", record.goneAt),
        ]
        for (name, value) in dates {
            if let value { set.append(name, .datetime(milliseconds: value)) } else { unset.append(name, "") }
        }
        var update: BSONDocument = ["$set": .document(set)]
        if !unset.isEmpty { update.append("$unset", .document(unset)) }
        let operation = UpdateOperation(filter: ["_id": .string(record.id)], update: update)
        _ = try connection.update(Self.collection, [operation]).checked()
    }

    /// Public rooms in the order of their names, and of their ids where these are the same.
    /// - Parameters:
    ///   - pattern: a regular expression, escaped by the caller; nil: all.
    ///   - after: the last of the page before.
    package func directory(
        pattern: String?, after: (name: String, id: String)?, limit: Int
    ) throws(MongoError) -> [RoomRecord] {
        var pipeline: [BSONDocument] = [
            ["$match": ["visibility": "public", "name": ["$gte": .string(after?.name ?? "")]]]
        ]
        if let after {
            let behind: [BSONDocument] = [
                ["name": ["$gt": .string(after.name)]],
                ["name": .string(after.name), "_id": ["$gt": .string(after.id)]],
            ]
            pipeline.append(["$match": ["$or": .array(BSONArray(behind))]])
        }
        pipeline.append(["$match": ["gone_at": .null]])
        if let pattern {
            let regex = BSONValue.regex(pattern: pattern, options: "i")
            let fields: [BSONDocument] = [["name": regex], ["topic": regex]]
            pipeline.append(["$match": ["$or": .array(BSONArray(fields))]])
        }
        pipeline.append(["$sort": ["name": 1, "_id": 1]])
        pipeline.append(["$limit": .int64(Int64(limit))])
        var rooms: [RoomRecord] = []
        for document in try connection.aggregate(Self.collection, pipeline) { rooms.append(try RoomRecord(document)) }
        return rooms
    }

    /// The rooms with these ids, in no particular order.
    package func find(ids: [String]) throws(MongoError) -> [RoomRecord] {
        var rooms: [RoomRecord] = []
        for start in stride(from: 0, to: ids.count, by: 16) {
            let part = ids[start..<min(start + 16, ids.count)].map(BSONValue.string)
            let found = try connection.find(
                Self.collection, ["_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(batchSize: part.count + 1))
            for document in found { rooms.append(try RoomRecord(document)) }
        }
        return rooms
    }
}
