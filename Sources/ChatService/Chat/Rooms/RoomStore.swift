/// What the rules of rooms need of storage. Every method throws `ChatError`: `unavailable` when the database does not
/// answer.
package protocol RoomStore: ModerationStore, PersonalStore {
    /// What these users are to the room. Who is nothing to it is a visitor.
    func standings(of users: [UserID], in room: RoomID) async throws(ChatError) -> [UserID: Standing]

    /// Makes users members of rooms, each as asked for, if they are not yet and are not banned; notes that they were seen.
    ///
    /// - Returns: what each is now, in the same order.
    func join(_ newcomers: [Newcomer]) async throws(ChatError) -> [Joined]

    /// Makes a room with its first members.
    ///
    /// - Returns: false, and nothing is made, when there is one with this id, or was.
    func create(
        _ room: Room, members: [(user: UserID, role: Role)], audit: AuditEntry?
    ) async throws(ChatError) -> Bool

    /// Stores what an act came to, all or nothing.
    ///
    /// - Parameter revision: of the room when the act was decided upon.
    /// - Returns: the room's new revision; nil, and nothing is stored, when another process has changed the room since.
    func commit(_ writes: [RoomWrite], in room: RoomID, revision: Int64) async throws(ChatError) -> Int64?

    /// A room as it is now, and whom the acts on it behind this revision concerned; nil when that is not known of all.
    func room(
        _ id: RoomID, since revision: Int64
    ) async throws(ChatError) -> (room: Room, concerned: Set<UserID>?)?

    /// How many members the room has.
    func memberCount(of room: RoomID) async throws(ChatError) -> Int64

    /// The room's members in the order of their ids.
    ///
    /// - Parameter query: only those whose id or name has this text, without regard to case.
    /// - Returns: `next`: where the next page begins, nil at the end. A page may have few, and yet not be the last.
    func members(
        of room: RoomID, after user: UserID?, query: String?, limit: Int
    ) async throws(ChatError) -> (members: [ListedMember], next: UserID?)

    /// The public rooms in the order of their names.
    ///
    /// - Parameter query: only those whose name or topic has this text, without regard to case.
    func directory(
        query: String?, after: DirectoryPosition?, limit: Int
    ) async throws(ChatError) -> (rooms: [Room], next: DirectoryPosition?)

    /// The rooms of which the user is a member, in the order of their ids.
    func rooms(
        of user: UserID, after: RoomID?, limit: Int
    ) async throws(ChatError) -> (rooms: [ListedRoom], next: RoomID?)

    /// The members with these roles, at most `limit`.
    func members(of room: RoomID, roles: Set<Role>, limit: Int) async throws(ChatError) -> [UserID]
}

/// Somebody who is to become a member.
package struct Newcomer: Hashable, Sendable {
    package var room: RoomID
    package var author: Author
    /// What he becomes if he is no member yet.
    package var role: Role
    /// The room's newest message, behind which his reading begins.
    package var lastSeq: Int64
    /// Whether he becomes the owner if there is none: he made the room.
    package var mayOwn: Bool
    /// How many members the room may have; 0: any number.
    package var places: Int64

    package init(
        room: RoomID, author: Author, role: Role = .member, lastSeq: Int64, mayOwn: Bool = false, places: Int64 = 0
    ) {
        self.places = places
        self.room = room
        self.author = author
        self.role = role
        self.lastSeq = lastSeq
        self.mayOwn = mayOwn
    }
}

/// What has become of a newcomer.
package struct Joined: Hashable, Sendable {
    package var standing: Standing
    /// Whether he was no member before.
    package var isNew: Bool
    /// Whether he is none because the room is full.
    package var findsNoPlace = false

    package init(_ standing: Standing, isNew: Bool) {
        self.standing = standing
        self.isNew = isNew
    }

    package static var full: Joined {
        var joined = Joined(.visitor, isNew: false)
        joined.findsNoPlace = true
        return joined
    }
}

/// A member in a list.
package struct ListedMember: Hashable, Sendable {
    package var user: UserID
    package var username: String
    package var role: Role
    package var joinedAt: Timestamp
    package var mutedUntil: Timestamp?

    package init(user: UserID, username: String, role: Role, joinedAt: Timestamp, mutedUntil: Timestamp?) {
        self.user = user
        self.username = username
        self.role = role
        self.joinedAt = joinedAt
        self.mutedUntil = mutedUntil
    }
}

/// A room in the list of one of its members.
package struct ListedRoom: Hashable, Sendable {
    package var room: Room
    package var membership: Membership
    /// The last message that he has read.
    package var readSeq: Int64

    package init(room: Room, membership: Membership, readSeq: Int64) {
        self.room = room
        self.membership = membership
        self.readSeq = readSeq
    }
}

/// A place in the directory.
package struct DirectoryPosition: Hashable, Sendable {
    package var name: String
    package var room: RoomID

    package init(name: String, room: RoomID) {
        self.name = name
        self.room = room
    }
}
