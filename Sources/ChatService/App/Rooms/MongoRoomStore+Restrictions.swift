import BSON
import Chat
import MongoStore

// What is kept of those who go, until they come back.
extension MongoRoomStore {
    func restriction(of user: UserID, in room: RoomID) async throws(ChatError) -> Restriction? {
        try await chat.run("find restriction") { connection in
            try RestrictionRepository(connection).find(room: room.rawValue, users: [user.rawValue]).first
        }.map(Restriction.init)
    }

    /// What newcomers become. A room without restrictions costs one look.
    static func memberships(
        startingAs newcomers: [Newcomer], _ connection: MongoConnection
    ) throws -> [Membership] {
        let repository = RestrictionRepository(connection)
        var restrictions: [Newcomer: Restriction] = [:]
        for (room, newcomers) in Dictionary(grouping: newcomers, by: \.room) {
            guard try repository.hasAny(room: room.rawValue) else { continue }
            let records = try repository.find(room: room.rawValue, users: newcomers.map(\.author.id.rawValue))
            let byUser = Dictionary(records.map { ($0.userID, $0) }, uniquingKeysWith: { first, _ in first })
            for newcomer in newcomers {
                restrictions[newcomer] = byUser[newcomer.author.id.rawValue].map(Restriction.init)
            }
        }
        let now = Timestamp.now
        return try newcomers.map { newcomer in
            Membership(role: try role(of: newcomer, connection), joinedSeq: newcomer.lastSeq)
                .restricted(by: restrictions[newcomer], at: now)
        }
    }

    static func restrict(
        _ user: String, _ restriction: Restriction?, in room: String, _ connection: MongoConnection
    ) throws {
        let repository = RestrictionRepository(connection)
        guard let restriction else { return try repository.remove(room: room, user: user) }
        try repository.put(
            RestrictionRecord(
                roomID: room, userID: user, role: restriction.role?.rawValue,
                mutedUntil: restriction.mutedUntil?.milliseconds))
    }

    /// Ends memberships, where there are some, and the invitations that these users made or were sent.
    static func removeMembers(_ users: [String], from room: String, _ connection: MongoConnection) throws {
        let members = try connection.members.find(room: room, users: users)
        if !members.isEmpty {
            var free: [String] = []
            for member in members {
                guard let kept = Restriction(of: Membership(member), at: .now) else {
                    free.append(member.userID)
                    continue
                }
                try restrict(member.userID, kept, in: room, connection)
            }
            try RestrictionRepository(connection).remove(room: room, users: free)
            try connection.members.remove(room: room, users: members.map(\.userID))
        }
        try InviteRepository(connection).removeAll(room: room, of: users)
    }
}

extension Restriction {
    fileprivate init(_ record: RestrictionRecord) {
        // A role of a later version gets the fewest rights.
        self.init(
            role: record.role.map { Role(rawValue: $0) ?? .readOnly },
            mutedUntil: record.mutedUntil.map(Timestamp.init(milliseconds:)))
    }
}
