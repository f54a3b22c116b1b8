internal import BSON

extension MemberRepository {
    /// The rooms that a user is a member of, each with his membership, in no particular order; those that are gone are left out. At most `limit`,
    /// the ones with the newest messages.
    package func rooms(of user: String, limit: Int) throws(MongoError) -> [(room: RoomRecord, member: MemberRecord)] {
        // Both fields of the index, since SecantusDB uses it only then.
        let members = try connection.find(
            Self.collection, ["user_id": .string(user), "room_id": ["$gt": ""]],
            options: FindOptions(batchSize: 1000))
        var byRoom: [String: MemberRecord] = [:]
        for document in members {
            let member = try MemberRecord(document)
            byRoom[member.roomID] = member
        }
        let ids = Array(byRoom.keys)
        var rooms: [(room: RoomRecord, member: MemberRecord)] = []
        for start in stride(from: 0, to: ids.count, by: 16) {
            let part = ids[start..<min(start + 16, ids.count)].map(BSONValue.string)
            let found = try connection.find(
                RoomRepository.collection, ["_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(batchSize: part.count + 1))
            for document in found {
                let room = try RoomRecord(document)
                if let member = byRoom[room.id] { rooms.append((room, member)) }
            }
        }
        guard rooms.count > limit else { return rooms }
        let none = ObjectID(high: 0, low: 0)
        return Array(rooms.sorted { $0.room.last.id ?? none > $1.room.last.id ?? none }.prefix(limit))
    }
}
