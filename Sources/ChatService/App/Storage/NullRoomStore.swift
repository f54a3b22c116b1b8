import Chat

/// What the rules of rooms need of storage, for benchmarks: everybody is a member everywhere, and nothing is kept.
struct NullRoomStore: RoomStore {
    func standings(of users: [UserID], in room: RoomID) async throws(ChatError) -> [UserID: Standing] {
        Dictionary(users.map { ($0, .member(Membership(role: .member))) }, uniquingKeysWith: { first, _ in first })
    }

    func join(_ newcomers: [Newcomer]) async throws(ChatError) -> [Joined] {
        newcomers.map { Joined(.member(Membership(role: $0.role, joinedSeq: $0.lastSeq)), isNew: false) }
    }

    func create(
        _ room: Room, members: [(user: UserID, role: Role)], audit: AuditEntry?
    ) async throws(ChatError) -> Bool { false }

    func commit(_ writes: [RoomWrite], in room: RoomID, revision: Int64) async throws(ChatError) -> Int64? {
        revision + 1
    }

    func room(
        _ id: RoomID, since revision: Int64
    ) async throws(ChatError) -> (room: Room, concerned: Set<UserID>?)? { nil }

    func memberCount(of room: RoomID) async throws(ChatError) -> Int64 { 0 }
    func members(of room: RoomID, roles: Set<Role>, limit: Int) async throws(ChatError) -> [UserID] { [] }

    func members(
        of room: RoomID, after user: UserID?, query: String?, limit: Int
    ) async throws(ChatError) -> (members: [ListedMember], next: UserID?) { ([], nil) }

    func directory(
        query: String?, after: DirectoryPosition?, limit: Int
    ) async throws(ChatError) -> (rooms: [Room], next: DirectoryPosition?) { ([], nil) }

    func rooms(
        of user: UserID, after: RoomID?, limit: Int
    ) async throws(ChatError) -> (rooms: [ListedRoom], next: RoomID?) { ([], nil) }
}
