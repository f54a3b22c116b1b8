/// Who is there, who types, and what they are called.
package struct Roster: Sendable {
    /// User ids; not complete in large rooms, where the server sends only the count.
    package private(set) var online: Set<String> = []
    package private(set) var count = 0
    private var names: [String: String] = [:]
    private var typing: [String] = []
    private var typingUntil: Int64 = 0
    private var isKnown = false

    /// How long a typing notice counts; the server takes it back after 6 seconds.
    static let typingMilliseconds: Int64 = 8_000
    /// Bounds what a hostile server can make us keep.
    static let maximumNames = 10_000

    package init() {}

    /// The name that was last seen for a user, else the id.
    package func name(of userID: String) -> String { names[userID] ?? userID }

    mutating func learn(_ name: String, of userID: String) {
        if names.count < Self.maximumNames || names[userID] != nil { names[userID] = name }
    }

    /// A change that no notice announced.
    struct Change: Equatable {
        /// The first list: everybody.
        var isFirst = false
        var appeared: [String] = []
        var vanished: [String] = []
    }

    mutating func presence(online list: [String]?, count: Int) -> Change {
        self.count = count
        guard let list else { return Change() }
        let now = Set(list)
        defer {
            online = now
            isKnown = true
        }
        guard isKnown else { return Change(isFirst: true, appeared: now.sorted()) }
        return Change(appeared: now.subtracting(online).sorted(), vanished: online.subtracting(now).sorted())
    }

    /// A notice told of it, so the next list is no news.
    mutating func announced(_ userID: String, joined: Bool) {
        guard isKnown else { return }
        if joined {
            if online.insert(userID).inserted { count += 1 }
        } else if online.remove(userID) != nil {
            count -= 1
        }
        typing.removeAll { $0 == userID && !joined }
    }

    /// What changed since the last list. Notices tell of it, so it is no news.
    mutating func changed(joined: [String], left: [String], count: Int) {
        self.count = count
        guard isKnown else { return }
        online.formUnion(joined.prefix(max(Self.maximumNames - online.count, 0)))
        online.subtract(left)
        typing.removeAll { left.contains($0) }
    }

    /// - Returns: those who began to type.
    mutating func typing(_ users: [String], now: Int64) -> [String] {
        let before = Set(currentlyTyping(now: now))
        typing = users
        typingUntil = now + Self.typingMilliseconds
        return users.filter { !before.contains($0) }
    }

    mutating func stoppedTyping(_ userID: String) { typing.removeAll { $0 == userID } }

    package func currentlyTyping(now: Int64) -> [String] { now < typingUntil ? typing : [] }

    mutating func expireTyping(now: Int64) {
        if now >= typingUntil { typing = [] }
    }

    var typingDeadline: Int64? { typing.isEmpty ? nil : typingUntil }

    /// After a reconnect the first list shows changes against what was known, so the list stays.
    mutating func disconnected() { typing = [] }
}
