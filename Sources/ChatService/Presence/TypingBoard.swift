package import Chat

/// Who is typing in a room, and when that is told. A value without I/O.
///
/// A sign of typing lasts six seconds; what changed is told at most once a second. Everyone hears of the others, nobody of
/// himself.
package struct TypingBoard: Sendable {
    /// What is to be told: each person who is in `changed` or `typing` gets a list of his own, all others the whole
    /// `typing`.
    package struct Notice: Hashable, Sendable {
        package var typing: [UserID]
        package var changed: Set<UserID>

        /// The list for one person, or nil when nothing changed for him.
        package func list(for user: UserID) -> [UserID]? {
            changed.isSubset(of: [user]) ? nil : typing.filter { $0 != user }
        }

        /// Those who do not get the whole list.
        package var special: Set<UserID> { changed.union(typing) }
    }

    package static let lifetime: Duration = .seconds(6)
    package static let interval: Duration = .seconds(1)
    /// More are not followed: nobody reads a longer list.
    package static let maximumCount = 50

    private var typing: [(user: UserID, until: ContinuousClock.Instant)] = []
    private var changed: Set<UserID> = []
    private var toldAt: ContinuousClock.Instant?

    package init() {}

    package mutating func set(_ user: UserID, isTyping: Bool, now: ContinuousClock.Instant) {
        let place = typing.firstIndex { $0.user == user }
        switch (place, isTyping) {
        case (nil, true):
            guard typing.count < Self.maximumCount else { return }
            typing.append((user, now.advanced(by: Self.lifetime)))
            toggle(user)
        case (let place?, true):
            typing[place].until = now.advanced(by: Self.lifetime)
        case (let place?, false):
            typing.remove(at: place)
            toggle(user)
        case (nil, false):
            break
        }
    }

    /// What is due to be told now, if anything.
    package mutating func takeNotice(now: ContinuousClock.Instant) -> Notice? {
        for late in typing where late.until <= now { toggle(late.user) }
        typing.removeAll { $0.until <= now }
        guard !changed.isEmpty else { return nil }
        if let toldAt, now < toldAt.advanced(by: Self.interval) { return nil }
        toldAt = now
        defer { changed = [] }
        return Notice(typing: typing.map(\.user), changed: changed)
    }

    /// Whether `takeNotice` may have something to tell later.
    package var isActive: Bool { !typing.isEmpty || !changed.isEmpty }

    /// Who began and stopped between two notices did not change.
    private mutating func toggle(_ user: UserID) {
        if changed.remove(user) == nil { changed.insert(user) }
    }
}
