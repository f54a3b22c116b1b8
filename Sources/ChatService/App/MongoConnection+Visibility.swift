import BSON
import Chat
import MongoStore

extension MongoConnection {
    /// Where each of these rooms begins for a user; rooms of which he is no member, or that are gone, are left out.
    func firstVisible(to user: UserID, in rooms: Set<String>) throws(MongoError) -> [RoomID: Int64] {
        let members = try MentionRepository(self).memberships(of: user.rawValue, among: Array(rooms))
        let records = try self.rooms.find(ids: members.map(\.roomID))
        let byID = Dictionary(records.map { ($0.id, Room($0)) }, uniquingKeysWith: { first, _ in first })
        var first: [RoomID: Int64] = [:]
        for member in members {
            guard let room = byID[member.roomID], !room.isGone else { continue }
            first[room.id] = RoomRules.firstVisible(to: .member(Membership(member)), in: room)
        }
        return first
    }
}
