import BSON
import Chat
import MongoStore
import TextIndex

// Lists, page by page.
extension MongoRoomStore {
    /// Members that are looked through for one page.
    private static let scannedMembers = 1_000

    func members(
        of room: RoomID, after user: UserID?, query: String?, limit: Int
    ) async throws(ChatError) -> (members: [ListedMember], next: UserID?) {
        try await chat.run("members") { connection in
            let pattern = query.map { TextPattern($0) }
            var found: [ListedMember] = []
            var after = user?.rawValue
            var scanned = 0
            while scanned < Self.scannedMembers {
                let size = pattern == nil ? limit : 200
                let records = try connection.members.list(room: room.rawValue, after: after, limit: size)
                let names = try Self.names(of: records.map(\.userID), connection)
                for record in records {
                    let member = ListedMember(record, username: names[record.userID] ?? record.userID)
                    after = record.userID
                    guard pattern.map({ Self.matches(member, $0) }) ?? true else { continue }
                    found.append(member)
                    if found.count == limit { return (found, UserID(stored: record.userID)) }
                }
                scanned += records.count
                guard records.count == size else { return (found, nil) }
            }
            return (found, after.map(UserID.init(stored:)))
        }
    }

    /// - Parameter pattern: nil: of a text without anything that can be seen, which is found nowhere.
    private static func matches(_ member: ListedMember, _ pattern: TextPattern?) -> Bool {
        guard let pattern else { return false }
        var folder = TextFolder()
        return !pattern.ranges(in: member.user.rawValue, &folder).isEmpty
            || !pattern.ranges(in: member.username, &folder).isEmpty
    }

    private static func names(of users: [String], _ connection: MongoConnection) throws -> [String: String] {
        let records = try connection.users.find(ids: users)
        return Dictionary(records.map { ($0.id, $0.displayName) }, uniquingKeysWith: { first, _ in first })
    }

    func directory(
        query: String?, after: DirectoryPosition?, limit: Int
    ) async throws(ChatError) -> (rooms: [Room], next: DirectoryPosition?) {
        let rooms = try await chat.run("directory") { connection in
            try connection.rooms.directory(
                pattern: query.map(Self.escaped), after: after.map { ($0.name, $0.room.rawValue) }, limit: limit
            ).map(Room.init)
        }
        guard rooms.count == limit, let last = rooms.last else { return (rooms, nil) }
        return (rooms, DirectoryPosition(name: last.name, room: last.id))
    }

    /// Each character that could mean something to a regular expression is escaped: what people write is never run.
    private static func escaped(_ text: String) -> String {
        var pattern = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil {
                pattern.append("\\")
            }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern
    }

    func rooms(
        of user: UserID, after: RoomID?, limit: Int
    ) async throws(ChatError) -> (rooms: [ListedRoom], next: RoomID?) {
        try await chat.run("rooms of a user") { connection in
            let members = try connection.members.list(user: user.rawValue, after: after?.rawValue, limit: limit)
            let records = try connection.rooms.find(ids: members.map(\.roomID))
            let byID = Dictionary(records.map { ($0.id, Room($0)) }, uniquingKeysWith: { first, _ in first })
            let rooms = members.compactMap { member -> ListedRoom? in
                guard let room = byID[member.roomID], !room.isGone else { return nil }
                return ListedRoom(room: room, membership: Membership(member), readSeq: member.readSeq)
            }
            let next = members.count == limit ? members.last.map { RoomID(stored: $0.roomID) } : nil
            return (rooms, next)
        }
    }
}

extension ListedMember {
    fileprivate init(_ record: MemberRecord, username: String) {
        self.init(
            user: UserID(stored: record.userID), username: username, role: Membership(record).role,
            joinedAt: Timestamp(milliseconds: record.joinedAt),
            mutedUntil: record.mutedUntil.map(Timestamp.init(milliseconds:)))
    }
}
