import Chat
import Hub
import Synchronization

/// What a live room knows of itself and its people, so that no permission costs a read of the database: kept up to date by
/// every act on the room.
final class RoomAccess: Sendable {
    typealias Expel = @Sendable (Expulsion) -> Void

    struct Person {
        var standing: Standing
        /// The name under which he was last stored as a member.
        var username: String?
        /// His sockets in the room, and how each is ended.
        var sockets = SmallMap<Outlet.ID, Expel>()
        var usedAt: ContinuousClock.Instant
        /// When his last message was let through.
        var spokeAt: Timestamp?
        var spokeClientID: String?
        var flood: FloodGuard?
        var isOwedWelcome = false
    }

    struct State {
        struct Spoken {
            var at: Timestamp
            var clientID: String
        }

        var room: Room?
        /// Of the room's settings.
        var filter: WordFilter?
        /// Of a direct room: whom the other one has blocked; nil: not known yet.
        var silenced: Set<UserID>?
        var people: [UserID: Person] = [:]
        /// In slow mode: people's newest messages that were shown here.
        var spoken: [UserID: Spoken] = [:]
        /// Nil until it is asked for.
        var memberCount: Int64?
        var sweptAt = ContinuousClock.now
    }

    /// How long one without a socket is remembered.
    static let memory: Duration = .seconds(60)

    let gate = AccessGate()
    let acts = ActQueue()
    /// Messages of one person in ten seconds; 0: any number.
    let floodMessages: Int64
    let state = Mutex(State())

    init(floodMessages: Int64 = 0) {
        self.floodMessages = floodMessages
    }

    /// The room as it is now; nil while it is loaded.
    var room: Room? { state.withLock(\.room) }

    func load(_ room: Room) {
        state.withLock { state in
            if state.room == nil { state.take(room) }
        }
    }

    // MARK: Standings

    /// What is known of a user; nil: it must be read.
    func standing(of user: UserID) -> Standing? {
        state.withLock { state in
            state.people[user]?.usedAt = .now
            return state.people[user]?.standing
        }
    }

    /// Whether this is known of the user, and under this name.
    func isKnownMember(_ author: Author) -> Bool {
        state.withLock { state in
            guard let person = state.people[author.id], person.standing.membership != nil else { return false }
            return person.username == author.username
        }
    }

    func set(_ standing: Standing, of user: UserID, username: String? = nil) {
        state.withLock { state in
            var person = state.people[user] ?? Person(standing: standing, usedAt: .now)
            person.standing = standing
            person.usedAt = .now
            if let username { person.username = username }
            state.people[user] = person
        }
    }

    /// What was read of a user, beside others who come in: who has become a member meanwhile stays one.
    ///
    /// - Returns: what he is.
    func learn(_ standing: Standing, of user: UserID) -> Standing {
        state.withLock { state in
            var person = state.people[user] ?? Person(standing: standing, usedAt: .now)
            if person.standing.membership == nil { person.standing = standing }
            person.usedAt = .now
            state.people[user] = person
            return person.standing
        }
    }

    /// - Throws: what the rules refuse with, and `forbidden` for one of whom nothing is known.
    func require(
        _ permission: Permission, of user: UserID, isGlobalModerator: Bool = false, now: Timestamp = .now
    ) throws(ChatError) {
        let (room, standing) = state.withLock { ($0.room, $0.people[user]?.standing ?? .visitor) }
        guard let room else { throw .unavailable("the room is loaded anew") }
        try RoomRules.require(
            permission, of: RoomRules.Actor(standing, isGlobalModerator: isGlobalModerator), in: room, now: now)
    }

    func allows(_ permission: Permission, to user: UserID, isGlobalModerator: Bool = false) -> Bool {
        (try? require(permission, of: user, isGlobalModerator: isGlobalModerator)) != nil
    }

    /// Whether his role is one of those who moderate.
    func isModerator(_ user: UserID) -> Bool {
        state.withLock { $0.people[user]?.standing.role }.map { $0.rank >= Role.moderator.rank } ?? false
    }

    /// The first message that somebody who may read the room sees.
    func firstVisible(to user: UserID) -> Int64 {
        state.withLock { state in
            guard let room = state.room else { return .max }
            return RoomRules.firstVisible(to: state.people[user]?.standing ?? .visitor, in: room)
        }
    }

    /// The sockets of those who do not see a message, as it is older than their membership.
    func outlets(notSeeing seq: Int64) -> Set<Outlet.ID> {
        state.withLock { state in
            guard let room = state.room, room.settings.history == .joined else { return [] }
            return state.people.values.reduce(into: []) { outlets, person in
                guard RoomRules.firstVisible(to: person.standing, in: room) > seq else { return }
                outlets.formUnion(person.sockets.keys)
            }
        }
    }

    /// The number of members, once it was counted.
    var memberCount: Int64? { state.withLock(\.memberCount) }

    func setMemberCount(_ count: Int64?) {
        state.withLock { $0.memberCount = count }
    }

    func countMembers(_ difference: Int64) {
        state.withLock { state in
            if let count = state.memberCount { state.memberCount = count + difference }
        }
    }

    // MARK: Sockets

    /// A socket comes to the room.
    ///
    /// - Parameter asMember: whether only members may; else it is enough to be allowed to read.
    /// - Returns: why it may not, when something happened since it was let in.
    func attach(
        _ user: UserID, _ outlet: Outlet.ID, asMember: Bool, now: Timestamp = .now, expel: @escaping Expel
    ) -> Expulsion? {
        state.withLock { state in
            guard let room = state.room, !room.isGone else { return .gone }
            let standing = (state.people[user]?.standing ?? .visitor).standing(at: now)
            switch standing {
            case .banned(let ban): return .banned(ban.reason)
            case .visitor where asMember || room.kind != .public || room.settings.history != .all: return .left
            case .visitor, .member: break
            }
            var person = state.people[user] ?? Person(standing: standing, usedAt: .now)
            person.sockets[outlet] = expel
            state.people[user] = person
            return nil
        }
    }

    func detach(_ user: UserID, _ outlet: Outlet.ID) {
        state.withLock { state in
            state.people[user]?.sockets[outlet] = nil
            state.people[user]?.usedAt = .now
        }
    }

    /// What an act came to. Returns how the sockets of those are ended who must go; to be called outside.
    func apply(room: Room?, standings: [UserID: Standing], expelled: Set<UserID>) -> [Expel] {
        state.withLock { state in
            if let room { state.take(room) }
            for (user, standing) in standings {
                var person = state.people[user] ?? Person(standing: standing, usedAt: .now)
                person.standing = standing
                if standing.membership == nil { person.username = nil }
                state.people[user] = person
            }
            return expelled.flatMap { user in
                state.people[user]?.sockets.values ?? []
            }
        }
    }

    /// Everybody who has a socket here.
    var present: Set<UserID> {
        state.withLock { state in Set(state.people.filter { !$0.value.sockets.isEmpty }.keys) }
    }

    /// Whom an act in another process may have changed: everybody who is known.
    var known: [UserID] { state.withLock { Array($0.people.keys) } }

    func known(among users: Set<UserID>) -> [UserID] {
        state.withLock { state in users.filter { state.people[$0] != nil } }
    }

    /// Forgets those who have no socket and of whom nothing was asked for a while.
    func sweep(now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.sweptAt.advanced(by: Self.memory) <= now else { return }
            state.sweptAt = now
            // Who must wait must not be forgotten before.
            let slow = (state.room?.settings.slowModeSeconds ?? 0) * 1_000
            let floor = Timestamp.now.milliseconds - slow
            state.spoken = state.spoken.filter { $0.value.at.milliseconds > floor }
            state.people = state.people.filter { _, person in
                !person.sockets.isEmpty || person.usedAt.advanced(by: Self.memory) > now
                    || (slow > 0 && (person.spokeAt?.milliseconds ?? 0) > floor)
            }
        }
    }
}

extension RoomAccess.State {
    mutating func take(_ room: Room) {
        if filter?.rules ?? [] != room.settings.wordFilter { filter = WordFilter(room.settings.wordFilter) }
        self.room = room
    }
}
