import Chat
import Synchronization

/// Whom names and ids in messages mean, remembered for a minute: so who is mentioned often is not looked up often.
final class MentionDirectory: Sendable {
    static let lifetime: Duration = .seconds(60)
    /// Of those who are no members: they may become some.
    static let absentLifetime: Duration = .seconds(2)
    static let capacity = 50_000

    private struct Key: Hashable {
        var room: RoomID
        /// A name as it was written, or an id.
        var text: String
        var isID: Bool
    }

    private struct Entry {
        /// Nil: no member of the room.
        var user: UserID?
        var until: ContinuousClock.Instant
    }

    let store: any MentionStore
    private let entries = Mutex<[Key: Entry]>([:])

    init(store: any MentionStore) {
        self.store = store
    }

    /// Whom the candidates mean, as far as that takes no look into the database; else nil.
    func known(
        _ candidates: MentionCandidates, in room: RoomID, now: ContinuousClock.Instant = .now
    ) -> Mentions? {
        guard candidates.namesSomebody else { return Mentions(everyone: candidates.everyone) }
        return entries.withLock { entries in
            var users: [UserID] = []
            for key in Self.keys(candidates, room) {
                guard let entry = entries[key], entry.until > now else { return nil }
                if let user = entry.user, !users.contains(user) { users.append(user) }
            }
            return Mentions(users: users, everyone: candidates.everyone)
        }
    }

    /// Whom the candidates mean.
    func find(_ candidates: MentionCandidates, in room: RoomID) async throws(ChatError) -> Mentions {
        if let known = known(candidates, in: room) { return known }
        let found = try await store.members(of: room, names: candidates.names, ids: candidates.ids)
        let now = ContinuousClock.now
        func entry(_ user: UserID?) -> Entry {
            Entry(user: user, until: now.advanced(by: user == nil ? Self.absentLifetime : Self.lifetime))
        }
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries = [:] }
            for name in candidates.names {
                entries[Key(room: room, text: name, isID: false)] = entry(found.names[name])
            }
            for id in candidates.ids {
                entries[Key(room: room, text: id.rawValue, isID: true)] = entry(found.ids.contains(id) ? id : nil)
            }
        }
        var users = candidates.ids.filter(found.ids.contains)
        for name in candidates.names {
            if let user = found.names[name], !users.contains(user) { users.append(user) }
        }
        return Mentions(users: users, everyone: candidates.everyone)
    }

    private static func keys(_ candidates: MentionCandidates, _ room: RoomID) -> [Key] {
        candidates.ids.map { Key(room: room, text: $0.rawValue, isID: true) }
            + candidates.names.map { Key(room: room, text: $0, isID: false) }
    }
}
