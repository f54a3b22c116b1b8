package import BSON

/// Reads and notes mentions; blocks. Throws as its connection does.
package struct MentionRepository {
    /// Of mentions of a whole room, so many are remembered.
    package static let rememberedRoomMentions = 50

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// A message that mentions somebody.
    package struct Mention: Sendable, Hashable {
        package var id: ObjectID
        package var room: String
        package var seq: Int64
    }

    /// The ids of the users of these names, without regard to case; keys are lower case.
    package func users(named names: [String]) throws(MongoError) -> [String: String] {
        guard !names.isEmpty else { return [:] }
        let documents = try connection.find(
            UserRepository.collection, ["username": ["$in": .array(BSONArray(names.map { .string($0) }))]],
            options: FindOptions(
                projection: ["username": 1], collation: ["locale": "en", "strength": 2], batchSize: names.count + 1))
        var users: [String: String] = [:]
        for document in documents {
            if let id = document.string("_id"), let name = document.string("username") { users[name.lowercased()] = id }
        }
        return users
    }

    /// Which of these users are members of a room.
    package func members(of room: String, among users: [String]) throws(MongoError) -> Set<String> {
        var members: Set<String> = []
        for start in stride(from: 0, to: users.count, by: 200) {
            let part = users[start..<min(start + 200, users.count)].map { BSONValue.string($0) }
            let documents = try connection.find(
                MemberRepository.collection, ["room_id": .string(room), "user_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(projection: ["user_id": 1], batchSize: part.count + 1))
            members.formUnion(documents.compactMap { $0.string("user_id") })
        }
        return members
    }

    /// Which of these users have blocked an author.
    package func blocking(_ author: String, among users: [String]) throws(MongoError) -> Set<String> {
        var blocking: Set<String> = []
        for start in stride(from: 0, to: users.count, by: 200) {
            let part = users[start..<min(start + 200, users.count)].map { BSONValue.string($0) }
            let documents = try connection.find(
                BlockRepository.collection,
                ["user_id": ["$in": .array(BSONArray(part))], "blocked_id": .string(author)],
                options: FindOptions(projection: ["user_id": 1], batchSize: part.count + 1))
            blocking.formUnion(documents.compactMap { $0.string("user_id") })
        }
        return blocking
    }

    /// A user's memberships of these rooms.
    package func memberships(of user: String, among rooms: [String]) throws(MongoError) -> [MemberRecord] {
        guard !rooms.isEmpty else { return [] }
        let documents = try connection.find(
            MemberRepository.collection,
            ["user_id": .string(user), "room_id": ["$in": .array(BSONArray(rooms.map { .string($0) }))]],
            options: FindOptions(batchSize: rooms.count + 1))
        var members: [MemberRecord] = []
        for document in documents { members.append(try MemberRecord(document)) }
        return members
    }

    /// Notes a message that mentions a whole room, with the room: once, however many processes do.
    package func noteRoomMention(_ mention: Mention) throws(MongoError) {
        let entry: BSONDocument = ["seq": .int64(mention.seq), "_id": .objectID(mention.id)]
        let push: BSONDocument = [
            "room_mentions": [
                "$each": .array(BSONArray([entry])), "$slice": .int64(Int64(-Self.rememberedRoomMentions)),
            ]
        ]
        _ = try connection.update(
            RoomRepository.collection,
            [
                UpdateOperation(
                    filter: ["_id": .string(mention.room), "room_mentions.seq": ["$ne": .int64(mention.seq)]],
                    update: ["$push": .document(push)])
            ]
        ).checked()
    }

    /// Messages that mention the user by himself, the newest first.
    package func direct(_ user: String, before id: ObjectID?, limit: Int) throws(MongoError) -> [Mention] {
        let range: BSONValue = [
            "$gt": .objectID(ObjectID(high: 0, low: 0)), "$lt": .objectID(id ?? ObjectID(high: .max, low: .max)),
        ]
        let documents = try connection.find(
            MessageRepository.collection, ["mentions": .string(user), "_id": range],
            options: FindOptions(sort: ["_id": -1], limit: limit, projection: ["room_id": 1, "seq": 1]))
        return documents.compactMap(Self.mention)
    }

    /// Messages that mention whole rooms of the user since he joined them, the newest first.
    package func ofRooms(_ user: String, before id: ObjectID?, limit: Int) throws(MongoError) -> [Mention] {
        let documents = try connection.aggregate(
            MemberRepository.collection,
            [
                ["$match": ["user_id": .string(user), "room_id": ["$gt": ""]]],
                [
                    "$lookup": [
                        "from": .string(RoomRepository.collection), "localField": "room_id", "foreignField": "_id",
                        "as": "room",
                    ]
                ],
                ["$unwind": "$room"], ["$project": ["room_id": 1, "joined_seq": 1, "room.room_mentions": 1]],
            ])
        var mentions: [Mention] = []
        for document in documents {
            guard let room = document.string("room_id") else { continue }
            let joined = document.int64("joined_seq") ?? 0
            for entry in document.document("room")?.array("room_mentions")?.documents ?? [] {
                guard let seq = entry.int64("seq"), let message = entry.objectID("_id"), seq > joined,
                    id.map({ message < $0 }) ?? true
                else { continue }
                mentions.append(Mention(id: message, room: room, seq: seq))
            }
        }
        return Array(mentions.sorted { $0.id > $1.id }.prefix(limit))
    }

    private static func mention(_ document: BSONDocument) -> Mention? {
        guard let id = document.objectID("_id"), let room = document.string("room_id"), let seq = document.int64("seq")
        else { return nil }
        return Mention(id: id, room: room, seq: seq)
    }
}

extension MentionRepository.Mention {
    package init(_ id: ObjectID, room: String, seq: Int64) {
        self.init(id: id, room: room, seq: seq)
    }
}
