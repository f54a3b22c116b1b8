package import BSON

/// Reads and writes `thread_follows`; blocks. Throws as its connection does.
package struct ThreadFollowRepository {
    package static let collection = "thread_follows"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// Who follows what, and how far he has read.
    package struct Follow: Sendable, Hashable {
        package var root: ObjectID
        package var room: String
        package var user: String
        package var isFollowing: Bool
        package var readSeq: Int64

        package init(root: ObjectID, room: String, user: String, isFollowing: Bool, readSeq: Int64) {
            self.root = root
            self.room = room
            self.user = user
            self.isFollowing = isFollowing
            self.readSeq = readSeq
        }
    }

    /// What is written of one follower.
    package enum Change: Sendable {
        /// Follows from now on; what is read moves forward.
        case follows(Follow)
        /// Follows, unless he has followed or stopped before.
        case followsAtFirst(Follow)
        case stops(Follow)
        /// Moves what is read forward, of one who is there.
        case reads(Follow)
    }

    package func write(_ changes: [Change]) throws(MongoError) {
        for start in stride(from: 0, to: changes.count, by: 1_000) {
            let updates = changes[start..<min(start + 1_000, changes.count)].map(Self.update)
            _ = try connection.retryingOnce { () throws(MongoError) in
                try connection.update(Self.collection, updates, ordered: true).checked()
            }
        }
    }

    private static func update(_ change: Change) -> UpdateOperation {
        switch change {
        case .follows(let follow):
            UpdateOperation(
                filter: filter(follow),
                update: [
                    "$set": ["room_id": .string(follow.room), "is_following": .bool(true)],
                    "$max": ["read_seq": .int64(follow.readSeq)],
                ], upsert: true)
        case .followsAtFirst(let follow):
            UpdateOperation(
                filter: filter(follow),
                update: [
                    "$setOnInsert": [
                        "room_id": .string(follow.room), "is_following": .bool(true),
                        "read_seq": .int64(follow.readSeq),
                    ]
                ], upsert: true)
        case .stops(let follow):
            UpdateOperation(
                filter: filter(follow),
                update: [
                    "$set": ["room_id": .string(follow.room), "is_following": .bool(false)],
                    "$max": ["read_seq": .int64(follow.readSeq)],
                ], upsert: true)
        case .reads(let follow):
            UpdateOperation(filter: filter(follow), update: ["$max": ["read_seq": .int64(follow.readSeq)]])
        }
    }

    /// Exactly the fields of the unique index.
    private static func filter(_ follow: Follow) -> BSONDocument {
        ["root_id": .objectID(follow.root), "user_id": .string(follow.user)]
    }

    package func find(_ root: ObjectID, _ user: String) throws(MongoError) -> Follow? {
        try connection.findOne(
            Self.collection, ["root_id": .objectID(root), "user_id": .string(user)]
        ).flatMap(Follow.init)
    }

    /// In the order of user ids.
    package func followers(_ root: ObjectID, after user: String?, limit: Int) throws(MongoError) -> [Follow] {
        try connection.aggregate(
            Self.collection,
            [
                ["$match": ["root_id": .objectID(root), "user_id": ["$gt": .string(user ?? "")]]],
                ["$match": ["is_following": .bool(true)]], ["$sort": ["user_id": 1]], ["$limit": .int64(Int64(limit))],
            ]
        ).compactMap(Follow.init)
    }

    /// The newest root first.
    package func followed(
        by user: String, in room: String?, before root: ObjectID?, limit: Int
    ) throws(MongoError) -> [Follow] {
        let roots: BSONValue = [
            "$gt": .objectID(ObjectID(high: 0, low: 0)), "$lt": .objectID(root ?? ObjectID(high: .max, low: .max)),
        ]
        var rest: BSONDocument = ["is_following": .bool(true)]
        if let room { rest.append("room_id", .string(room)) }
        return try connection.aggregate(
            Self.collection,
            [
                ["$match": ["user_id": .string(user), "root_id": roots]], ["$match": .document(rest)],
                ["$sort": ["root_id": -1]], ["$limit": .int64(Int64(limit))],
            ]
        ).compactMap(Follow.init)
    }

    /// Replies of a thread behind a number that others than the user wrote, counted up to `limit`.
    package func unread(_ root: ObjectID, _ user: String, after seq: Int64, limit: Int) throws(MongoError) -> Int {
        let range: BSONValue = ["$gt": .int64(seq), "$lt": .int64(DenseNumbers.highest)]
        let counted = try connection.aggregate(
            MessageRepository.collection,
            [
                ["$match": ["thread_id": .objectID(root), "seq": range]],
                ["$match": ["user_id": ["$ne": .string(user)]]], ["$limit": .int64(Int64(limit))], ["$count": "n"],
            ])
        return Int(counted.first?.int64("n") ?? 0)
    }
}

extension ThreadFollowRepository.Follow {
    fileprivate init?(_ document: BSONDocument) {
        guard let root = document.objectID("root_id"), let room = document.string("room_id"),
            let user = document.string("user_id")
        else { return nil }
        self.init(
            root: root, room: room, user: user, isFollowing: document.bool("is_following") ?? false,
            readSeq: document.int64("read_seq") ?? 0)
    }
}
