import BSON
import Chat
import MongoStore

/// What the rules of rooms need of storage, met by MongoDB.
struct MongoRoomStore: RoomStore {
    let chat: MongoChatStore

    func standings(of users: [UserID], in room: RoomID) async throws(ChatError) -> [UserID: Standing] {
        let ids = users.map(\.rawValue)
        return try await chat.run("find standings") { connection in
            var standings: [UserID: Standing] = [:]
            for user in users { standings[user] = .visitor }
            for member in try connection.members.find(room: room.rawValue, users: ids) {
                standings[UserID(stored: member.userID)] = .member(Membership(member))
            }
            for ban in try BanRepository(connection).find(room: room.rawValue, users: ids) {
                standings[UserID(stored: ban.userID)] = .banned(Ban(ban))
            }
            let now = Timestamp.now
            return standings.mapValues { $0.standing(at: now) }
        }
    }

    func join(_ newcomers: [Newcomer]) async throws(ChatError) -> [Joined] {
        try await chat.run("join rooms") { connection in
            let bans = try Self.bans(of: newcomers, connection)
            let all = newcomers
            let newcomers = newcomers.filter { bans[$0] == nil }
            let now = Timestamp.now.milliseconds
            var seen: Set<UserID> = []
            let authors = newcomers.map(\.author).filter { seen.insert($0.id).inserted }
            try connection.users.upsertSeen(authors.map { (id: $0.id.rawValue, username: $0.username) }, at: now)
            let starts = try Self.memberships(startingAs: newcomers, connection)
            var joined = try Self.enter(newcomers, starts, connection)
            // Whom another process has banned meanwhile.
            let late = try Self.bans(of: newcomers, connection)
            for (newcomer, ban) in late {
                joined[newcomer] = Joined(.banned(ban), isNew: false)
                try connection.members.remove(room: newcomer.room.rawValue, users: [newcomer.author.id.rawValue])
            }
            return all.map { newcomer in
                if let ban = bans[newcomer] { return Joined(.banned(ban), isNew: false) }
                return joined[newcomer] ?? Joined(.visitor, isNew: false)
            }
        }
    }

    /// - Parameter starts: what each becomes who is new, in the same order.
    private static func enter(
        _ newcomers: [Newcomer], _ starts: [Membership], _ connection: MongoConnection
    ) throws -> [Newcomer: Joined] {
        let members = zip(newcomers, starts).map { newcomer, start in
            NewMember(
                room: newcomer.room.rawValue, user: newcomer.author.id.rawValue, role: start.role.rawValue,
                mutedUntil: start.mutedUntil?.milliseconds, joinedSeq: start.joinedSeq)
        }
        let free = newcomers.indices.filter { newcomers[$0].places == 0 }
        let new = try connection.members.joinAll(free.map { members[$0] }, at: Timestamp.now.milliseconds)
        var isNew = Set(new.map { free[$0] })
        var full: Set<Int> = []
        for place in newcomers.indices where newcomers[place].places > 0 {
            switch try enter(members[place], places: newcomers[place].places, connection) {
            case .new: isNew.insert(place)
            case .full: full.insert(place)
            case .known: break
            }
        }
        let rest = newcomers.indices.filter { !isNew.contains($0) && !full.contains($0) }.map { newcomers[$0] }
        let standing = try memberships(of: rest, connection)
        var joined: [Newcomer: Joined] = [:]
        for (place, newcomer) in newcomers.enumerated() {
            joined[newcomer] =
                full.contains(place)
                ? .full
                : Joined(
                    .member(isNew.contains(place) ? starts[place] : standing[newcomer] ?? starts[place]),
                    isNew: isNew.contains(place))
        }
        return joined
    }

    private enum Entry { case new, known, full }

    /// Where places are counted, one comes after the other, whichever process lets him in: each writes the room's document.
    private static func enter(
        _ member: NewMember, places: Int64, _ connection: MongoConnection
    ) throws -> Entry {
        try connection.withTransaction { connection in
            try connection.rooms.countArrival(member.room)
            if try connection.members.find(room: member.room, user: member.user) != nil { return .known }
            guard try connection.members.count(room: member.room) < Int(places) else { return .full }
            _ = try connection.members.joinAll([member], at: Timestamp.now.milliseconds)
            return .new
        }
    }

    /// Those who are banned. A room without bans costs one look.
    private static func bans(of newcomers: [Newcomer], _ connection: MongoConnection) throws -> [Newcomer: Ban] {
        let repository = BanRepository(connection)
        let now = Timestamp.now
        var bans: [Newcomer: Ban] = [:]
        for (room, newcomers) in Dictionary(grouping: newcomers, by: \.room) {
            guard try !repository.list(room: room.rawValue, after: nil, limit: 1).isEmpty else { continue }
            let records = try repository.find(room: room.rawValue, users: newcomers.map(\.author.id.rawValue))
            for record in records {
                guard case .banned(let ban) = Standing.banned(Ban(record)).standing(at: now) else { continue }
                for newcomer in newcomers where newcomer.author.id.rawValue == record.userID { bans[newcomer] = ban }
            }
        }
        return bans
    }

    /// Who made a room owns it, unless it has an owner.
    static func role(of newcomer: Newcomer, _ connection: MongoConnection) throws -> Role {
        guard newcomer.mayOwn else { return newcomer.role }
        let owners = try connection.members.find(
            room: newcomer.room.rawValue, roles: [Role.owner.rawValue], limit: 1)
        return owners.isEmpty ? .owner : newcomer.role
    }

    private static func memberships(
        of newcomers: [Newcomer], _ connection: MongoConnection
    ) throws -> [Newcomer: Membership] {
        var memberships: [Newcomer: Membership] = [:]
        for (room, newcomers) in Dictionary(grouping: newcomers, by: \.room) {
            let users = newcomers.map(\.author.id.rawValue)
            let records = try connection.members.find(room: room.rawValue, users: users)
            let byUser = Dictionary(records.map { ($0.userID, $0) }, uniquingKeysWith: { first, _ in first })
            for newcomer in newcomers {
                memberships[newcomer] = byUser[newcomer.author.id.rawValue].map(Membership.init)
            }
        }
        return memberships
    }

    func create(
        _ room: Room, members: [(user: UserID, role: Role)], audit: AuditEntry?
    ) async throws(ChatError) -> Bool {
        try await chat.run("create room") { connection in
            // Outside the transaction, so that whoever loses finds the winner's.
            if try connection.rooms.find(room.id.rawValue) != nil { return false }
            return try connection.withTransaction { connection in
                guard try connection.rooms.createIfMissing(RoomRecord(room)).created else { return false }
                let at = room.createdAt.milliseconds
                for member in members {
                    try connection.members.put(
                        room: room.id.rawValue, user: member.user.rawValue, role: member.role.rawValue,
                        mutedUntil: nil, joinedSeq: 0, at: at)
                }
                if let audit { try AuditRepository(connection).add([AuditRecord(audit)]) }
                return true
            }
        }
    }

    func commit(_ writes: [RoomWrite], in room: RoomID, revision: Int64) async throws(ChatError) -> Int64? {
        let users = Set(writes.compactMap(\.user)).map(\.rawValue)
        let banned = writes.compactMap(\.banned).map(\.rawValue)
        return try await chat.run("act in room") { connection in
            let revision: Int64? = try connection.withTransaction { connection in
                guard try connection.rooms.countAct(room.rawValue, revision: revision, users: users) else { return nil }
                try Self.apply(writes, in: room.rawValue, connection)
                return revision + 1
            }
            // Who came in by another process while this was stored has come past the ban.
            if revision != nil { try connection.members.remove(room: room.rawValue, users: banned) }
            return revision
        }
    }

    func room(
        _ id: RoomID, since revision: Int64
    ) async throws(ChatError) -> (room: Room, concerned: Set<UserID>?)? {
        guard let (record, acts) = try await chat.run("room and acts", { try $0.rooms.findWithActs(id.rawValue) })
        else { return nil }
        let newer = acts.filter { $0.revision > revision }
        // Without a hole from the first one on, since each act is kept with its number.
        let isWhole = record.revision <= revision || newer.first?.revision == revision + 1
        return (Room(record), isWhole ? Set(newer.flatMap(\.users).map(UserID.init(stored:))) : nil)
    }

    func memberCount(of room: RoomID) async throws(ChatError) -> Int64 {
        try await chat.run("count members") { Int64(try $0.members.count(room: room.rawValue)) }
    }

    func members(of room: RoomID, roles: Set<Role>, limit: Int) async throws(ChatError) -> [UserID] {
        try await chat.run("members by role") { connection in
            try connection.members.find(room: room.rawValue, roles: roles.map(\.rawValue), limit: limit)
                .map { UserID(stored: $0.userID) }
        }
    }
}
