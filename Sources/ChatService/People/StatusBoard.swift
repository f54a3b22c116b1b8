import Chat
import NIOCore

/// The status of those who are connected, and where they are. A value without I/O.
struct StatusBoard {
    /// What others see of a user has changed.
    struct Change: Hashable {
        var user: UserID
        var rooms: [RoomID]
        var before: ShownStatus
        var after: ShownStatus
        var status: UserStatus
        /// Whether he hides now, if that has changed.
        var hides: Bool?
    }

    private struct Person {
        var status: UserStatus
        var sockets = 0
        /// How many of his sockets are in each room.
        var rooms = SmallMap<RoomID, Int>()
        var activeAt: NIODeadline
        var isIdle = false

        var shown: ShownStatus { ShownStatus(status, isConnected: true, isIdle: isIdle) }
        var hides: Bool { status.kind == .invisible }
    }

    /// How long one is remembered who has no socket yet, or none any more.
    static let memory: TimeAmount = .seconds(60)

    private let awayAfter: TimeAmount
    private var people: [UserID: Person] = [:]
    private var expiring: [UserID: Timestamp] = [:]

    init(awayAfter: TimeAmount) {
        self.awayAfter = awayAfter
    }

    // MARK: Coming and going

    func knows(_ user: UserID) -> Bool { people[user] != nil }

    /// What is stored of a user who comes.
    mutating func load(_ user: UserID, _ status: UserStatus, now: NIODeadline) {
        guard people[user] == nil else { return }
        people[user] = Person(status: status, activeAt: now)
        expiring[user] = status.expiresAt
    }

    mutating func connect(_ user: UserID, now: NIODeadline) {
        if people[user] == nil { load(user, .standard, now: now) }
        people[user]?.sockets += 1
        people[user]?.activeAt = now
        people[user]?.isIdle = false
    }

    /// - Returns: whether it was his last socket, and he is to be seen.
    mutating func disconnect(_ user: UserID, now: NIODeadline) -> Bool {
        guard let person = people[user], person.sockets > 0 else { return false }
        people[user]?.sockets -= 1
        guard person.sockets == 1 else { return false }
        people[user]?.activeAt = now
        return !person.hides
    }

    /// Forgets those who have no socket. What they are is read again when they come.
    mutating func sweep(now: NIODeadline) {
        for (user, person) in people where person.sockets == 0 && now - person.activeAt > Self.memory {
            people[user] = nil
            expiring[user] = nil
        }
    }

    /// A socket of the user comes to a room; said before the room hears of it.
    /// - Returns: whether he hides.
    mutating func enter(_ user: UserID, _ room: RoomID) -> Bool {
        let count = people[user]?.rooms[room] ?? 0
        people[user]?.rooms[room] = count + 1
        return people[user]?.hides ?? false
    }

    mutating func leave(_ user: UserID, _ room: RoomID) {
        guard let count = people[user]?.rooms[room] else { return }
        people[user]?.rooms[room] = count > 1 ? count - 1 : nil
    }

    // MARK: What is shown

    func hides(_ user: UserID) -> Bool { people[user]?.hides ?? false }
    func isConnected(_ user: UserID) -> Bool { (people[user]?.sockets ?? 0) > 0 }

    /// What others see of one who is connected; else nil.
    func shown(_ user: UserID) -> ShownStatus? {
        guard let person = people[user], person.sockets > 0 else { return nil }
        return person.shown
    }

    // MARK: Changes

    mutating func set(_ status: UserStatus, of user: UserID) -> Change? {
        expiring[user] = people[user] == nil ? nil : status.expiresAt
        return change(user) { $0.status = status }
    }

    /// Something came from the user.
    mutating func active(_ user: UserID, now: NIODeadline) -> Change? {
        change(user) { person in
            person.activeAt = now
            person.isIdle = false
        }
    }

    /// One of his sockets is looked after.
    /// - Returns: whether nothing came from any of them for long, and what that changed.
    mutating func visit(_ user: UserID, lastActive: NIODeadline, now: NIODeadline) -> (isIdle: Bool, Change?) {
        let awayAfter = awayAfter
        let change = change(user) { person in
            person.activeAt = max(person.activeAt, lastActive)
            person.isIdle = now - person.activeAt >= awayAfter
        }
        return (people[user]?.isIdle ?? false, change)
    }

    /// Ends what has ended.
    mutating func expire(now: Timestamp) -> [Change] {
        let over = expiring.filter { $0.value <= now }.map(\.key)
        return over.compactMap { user in
            expiring[user] = nil
            return change(user) { $0.status = .standard }
        }
    }

    private mutating func change(_ user: UserID, _ body: (inout Person) -> Void) -> Change? {
        guard var person = people[user] else { return nil }
        let before = person
        body(&person)
        people[user] = person
        let hides = before.hides == person.hides ? nil : person.hides
        guard before.shown != person.shown || before.status != person.status else { return nil }
        return Change(
            user: user, rooms: person.rooms.keys, before: before.shown, after: person.shown,
            status: person.status, hides: hides)
    }
}
