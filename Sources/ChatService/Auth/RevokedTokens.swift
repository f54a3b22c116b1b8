package import Chat
internal import Synchronization

/// Up to when the tokens of users are void. In memory, since every request asks; filled from the database.
package final class RevokedTokens: Sendable {
    private let times = Mutex<[UserID: Timestamp]>([:])

    package init() {}

    /// Whether the token of this identity is void. One that does not say when it was issued counts as old.
    package func covers(_ identity: Identity) -> Bool {
        times.withLock { times in
            guard let before = times[identity.userID] else { return false }
            return (identity.issuedAt ?? 0) * 1_000 <= before.milliseconds
        }
    }

    /// - Returns: those of whom this is news.
    package func take(_ known: [UserID: Timestamp]) -> [UserID: Timestamp] {
        times.withLock { times in
            let news = known.filter { user, before in times[user].map { $0 < before } ?? true }
            times.merge(news) { _, new in new }
            return news
        }
    }
}
