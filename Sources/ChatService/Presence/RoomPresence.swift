package import Chat
package import Hub

/// Who is in a room, and what the room is told of it. A value without I/O.
///
/// In a small room everyone hears at once of each who comes and goes. In a large one that would cost the square of its
/// people; there, what happened is gathered and told together, at most once a second.
package struct RoomPresence: Sendable {
    package struct Limits: Sendable {
        /// A room with more people is large.
        package var smallRoom = 100
        /// How often a large room is told at most.
        package var gathering: Duration = .seconds(1)
        /// The list of a small room, or the count of a large one, is repeated after this: at least every ten seconds,
        /// with what the ticks leave.
        package var repetition: Duration = .milliseconds(9_500)
        /// Names in one list of who is here.
        package var listedUsers = 1_000
        /// Names in one list of who came or left.
        package var changedUsers = 100

        package init() {}
    }

    package enum Movement: String, Hashable, Sendable {
        case joined, left
    }

    /// What is to be told.
    package enum Notice: Hashable, Sendable {
        /// One person came with his first socket or left with his last, and so many others with him.
        case moved(Movement, UserID, others: Int)
        /// How many are here, and who; no names in a large room.
        case present(users: [UserID]?, count: Int)
        /// What changed since the last notice. `isPartial`: names were left out.
        case changed(joined: [UserID], left: [UserID], count: Int, isPartial: Bool)
    }

    private let limits: Limits
    private var online = OnlineUsers()
    /// Those who are here and hide: nobody is told of them, and they count nowhere.
    private var hidden = OnlineUsers()
    /// Who came or left since that was last told, if he did not do the opposite since.
    private var joined: Set<UserID> = []
    private var left: Set<UserID> = []
    private var changesToldAt: ContinuousClock.Instant?
    private var presentToldAt: ContinuousClock.Instant
    /// Of a large room: who was here when changes were last told.
    private var toldUsers: [UserID]?

    package init(limits: Limits = Limits(), now: ContinuousClock.Instant) {
        self.limits = limits
        presentToldAt = now
    }

    package var count: Int { online.count }
    private var isLarge: Bool { online.count > limits.smallRoom }

    package func someUsers(upTo limit: Int) -> [UserID] { online.someUsers(upTo: limit) }
    package func outlets(of user: UserID) -> Set<Outlet.ID> {
        Set(isHidden(user) ? hidden.outlets(of: user) : online.outlets(of: user))
    }
    package func isHidden(_ user: UserID) -> Bool { hidden.has(user) }

    // MARK: Events

    /// A socket came. - Returns: what is to be told now.
    package mutating func join(
        _ user: UserID, outlet: Outlet.ID, isHidden: Bool = false, now: ContinuousClock.Instant
    ) -> [Notice] {
        if isHidden || self.isHidden(user) {
            _ = hidden.add(outlet, of: user)
            return []
        }
        guard online.add(outlet, of: user) else { return [] }
        if left.remove(user) == nil { joined.insert(user) }
        return takeChanges(now: now)
    }

    /// A socket went. - Returns: whether it was the user's last here, and what is to be told now.
    package mutating func leave(
        _ user: UserID, outlet: Outlet.ID, now: ContinuousClock.Instant
    ) -> (isGone: Bool, notices: [Notice]) {
        if isHidden(user) { return (hidden.remove(outlet, of: user), []) }
        guard online.remove(outlet, of: user) else { return (false, []) }
        if joined.remove(user) == nil { left.insert(user) }
        return (true, takeChanges(now: now))
    }

    /// One who is here hides, or no longer does. - Returns: what is to be told now.
    package mutating func setHidden(_ user: UserID, _ hides: Bool, now: ContinuousClock.Instant) -> [Notice] {
        if hides {
            let outlets = online.outlets(of: user)
            for outlet in outlets {
                _ = online.remove(outlet, of: user)
                _ = hidden.add(outlet, of: user)
            }
            if !outlets.isEmpty, joined.remove(user) == nil { left.insert(user) }
        } else {
            let outlets = hidden.outlets(of: user)
            for outlet in outlets {
                _ = hidden.remove(outlet, of: user)
                _ = online.add(outlet, of: user)
            }
            if !outlets.isEmpty, left.remove(user) == nil { joined.insert(user) }
        }
        return takeChanges(now: now)
    }

    /// What is due with time.
    package mutating func tick(now: ContinuousClock.Instant) -> [Notice] {
        let changes = takeChanges(now: now)
        guard changes.isEmpty, now >= presentToldAt.advanced(by: limits.repetition) else { return changes }
        return [present(now: now)]
    }

    // MARK: Who is here

    /// For one who comes: together with the changes that are told from now on it is who is here.
    package mutating func snapshot() -> Notice {
        guard isLarge else { return .present(users: online.users, count: online.count) }
        // What is gathered and not told yet comes to him as to everyone else.
        let users = toldUsers ?? Array((online.users.filter { !joined.contains($0) } + left).prefix(limits.listedUsers))
        toldUsers = users
        return .present(users: users, count: online.count)
    }

    /// A page of who is here, in the order of user ids; costs a walk over all.
    /// - Parameter after: the last id of the page before.
    package func users(after: UserID?, limit: Int) -> [UserID] {
        let rest = online.users.filter { user in after.map { $0 < user } ?? true }
        return Array(rest.sorted().prefix(limit))
    }

    // MARK: Telling

    private mutating func takeChanges(now: ContinuousClock.Instant) -> [Notice] {
        guard !joined.isEmpty || !left.isEmpty else { return [] }
        if isLarge, let changesToldAt, now < changesToldAt.advanced(by: limits.gathering) { return [] }
        changesToldAt = now
        defer {
            joined = []
            left = []
            toldUsers = nil
        }
        var notices: [Notice] = []
        if let user = joined.first { notices.append(.moved(.joined, user, others: joined.count - 1)) }
        if let user = left.first { notices.append(.moved(.left, user, others: left.count - 1)) }
        notices.append(present(now: now))
        notices.append(
            .changed(
                joined: Array(joined.prefix(limits.changedUsers)), left: Array(left.prefix(limits.changedUsers)),
                count: online.count, isPartial: max(joined.count, left.count) > limits.changedUsers))
        return notices
    }

    private mutating func present(now: ContinuousClock.Instant) -> Notice {
        presentToldAt = now
        return .present(users: isLarge ? nil : online.users, count: online.count)
    }
}
