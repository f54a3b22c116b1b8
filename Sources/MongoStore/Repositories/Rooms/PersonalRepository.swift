package import BSON

/// What is stored of one person, across all collections, on one connection; blocks. Some of it has no index and is looked
/// for by reading a whole collection: it is asked for seldom.
package struct PersonalRepository {
    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// Rooms that one page looks through.
    private static let roomsAtOnce = 200

    /// A user's messages, room by room in the order of the rooms' ids, and of their client ids within.
    package func messages(
        of user: String, after: (room: String, clientID: String)?, limit: Int
    ) throws(MongoError) -> (messages: [MessageRecord], next: (room: String, clientID: String)?) {
        let rooms = try connection.find(
            RoomRepository.collection, ["_id": ["$gte": .string(after?.room ?? "")]],
            options: FindOptions(sort: ["_id": 1], limit: Self.roomsAtOnce, projection: ["_id": 1])
        ).compactMap { $0.string("_id") }
        var found: [MessageRecord] = []
        for room in rooms {
            let start = room == after?.room ? after?.clientID ?? "" : ""
            // Exactly the fields of an index.
            let documents = try connection.find(
                MessageRepository.collection,
                ["room_id": .string(room), "user_id": .string(user), "client_id": ["$gt": .string(start)]],
                options: FindOptions(sort: ["client_id": 1], limit: limit - found.count))
            for document in documents { found.append(try MessageRecord(document)) }
            if found.count >= limit { return (found, (room, found.last?.clientID ?? "")) }
        }
        // The last room was looked through to its end.
        guard rooms.count == Self.roomsAtOnce, let last = rooms.last else { return (found, nil) }
        return (found, (last, Self.behindAll))
    }

    /// Greater than every client id: U+10FFFF stands behind all texts.
    private static let behindAll = String(repeating: "\u{10FFFF}", count: 129)

    package func reactions(of user: String, limit: Int) throws(MongoError) -> [ReactionRecord] {
        var found: [ReactionRecord] = []
        let options = FindOptions(limit: limit)
        for document in try connection.find(ReactionRecord.collection, ["user_id": .string(user)], options: options) {
            found.append(try ReactionRecord(document))
        }
        return found
    }

    /// Removes what is only about the user; nothing of it is needed for the order of a room.
    package func forget(_ user: String) throws(MongoError) {
        let id = BSONValue.string(user)
        try connection.delete(BlockRepository.collection, ["user_id": id])
        try connection.delete(BlockRepository.collection, ["blocked_id": id])
        try connection.delete(JoinRequestRepository.collection, ["user_id": id])
        try connection.delete(InviteRepository.collection, ["user_id": id])
        try connection.delete(ThreadFollowRepository.collection, ["user_id": id])
        try connection.delete(ReactionRecord.collection, ["user_id": id])
        try connection.delete(RestrictionRepository.collection, ["user_id": id])
        // Of rooms that are gone.
        try connection.delete(MemberRepository.collection, ["user_id": id, "room_id": ["$gt": ""]])
        let words = UpdateOperation(filter: ["user_id": id], update: ["$set": ["reason": ""]], multi: true)
        _ = try connection.update(ReportRepository.collection, [words]).checked()
        try connection.delete(UserRepository.collection, ["_id": id])
    }

    /// Removes a user's reactions to these messages, without a change of the messages.
    package func forgetReactions(of user: String, to messages: Set<ObjectID>) throws(MongoError) {
        for message in messages {
            try connection.delete(
                ReactionRecord.collection, ["message_id": .objectID(message), "user_id": .string(user)])
        }
    }

    /// Removes the earlier versions of these messages.
    package func forgetRevisions(of messages: [ObjectID]) throws(MongoError) {
        for message in messages {
            try connection.delete(RevisionRecord.collection, ["message_id": .objectID(message)])
        }
    }
}
