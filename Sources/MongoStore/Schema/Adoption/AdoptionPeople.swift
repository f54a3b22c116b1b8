/// Who wrote where: what members and users are made of. Handed over and emptied whenever it gets large.
struct AdoptionPeople: Sendable {
    struct Membership: Sendable, Hashable {
        var roomID: String
        var userID: String
    }

    struct Presence: Sendable, Hashable {
        var firstSeq: Int64
        var lastSeq: Int64
        var firstTimeMilliseconds: Int64
    }

    struct Person: Sendable, Hashable {
        var username: String
        var lastTimeMilliseconds: Int64
    }

    private(set) var members: [Membership: Presence] = [:]
    private(set) var users: [String: Person] = [:]

    var isLarge: Bool { members.count + users.count >= 5000 }

    mutating func add(_ message: OlderMessage, seq: Int64) {
        let time = message.timestampMilliseconds
        let key = Membership(roomID: message.roomID, userID: message.userID)
        var presence = members[key] ?? Presence(firstSeq: seq, lastSeq: seq, firstTimeMilliseconds: time)
        presence.lastSeq = seq
        presence.firstTimeMilliseconds = min(presence.firstTimeMilliseconds, time)
        members[key] = presence
        let last = max(users[message.userID]?.lastTimeMilliseconds ?? time, time)
        // Some messages lack a name; then it is the user's id.
        let known = message.username == message.userID ? users[message.userID]?.username : nil
        users[message.userID] = Person(username: known ?? message.username, lastTimeMilliseconds: last)
    }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        users.removeAll(keepingCapacity: true)
    }
}
