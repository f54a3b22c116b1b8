internal import BSON

extension MongoConnection {
    /// Deletes what a collection has of these users in a room.
    func deleteAll(_ collection: String, room: String, users: [String]) throws(MongoError) {
        // Few a command: on the embedded server the time grows with the square.
        for start in stride(from: 0, to: users.count, by: 20) {
            let part = users[start..<min(start + 20, users.count)].map(BSONValue.string)
            try delete(
                collection,
                [
                    "room_id": .string(room), "user_id": part.count == 1 ? part[0] : ["$in": .array(BSONArray(part))],
                ])
        }
    }
}
