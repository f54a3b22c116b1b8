import Auth
import Chat
import Hub
import Synchronization
import WebSocket

/// The open sockets of each user, so that all of them can be ended.
final class UserSessions: Sendable {
    typealias End = @Sendable (CloseCode) -> Void

    private struct Entry {
        /// Of the token: seconds since 1970.
        var issuedAt: Int64
        let openedAt = Timestamp.now
        let end: End
    }

    private let entries = Mutex<[UserID: SmallMap<Outlet.ID, Entry>]>([:])

    /// - Parameter end: called on any thread.
    func add(_ outlet: Outlet.ID, of identity: Identity, end: @escaping End) {
        entries.withLock { entries in
            for user in identity.owners {
                entries[user, default: SmallMap()][outlet] = Entry(issuedAt: identity.issuedAt ?? 0, end: end)
            }
        }
    }

    /// The socket has another token.
    func renew(_ outlet: Outlet.ID, _ identity: Identity) {
        entries.withLock { entries in
            for user in identity.owners { entries[user]?[outlet]?.issuedAt = identity.issuedAt ?? 0 }
        }
    }

    func remove(_ outlet: Outlet.ID, of identity: Identity) {
        entries.withLock { entries in
            for user in identity.owners {
                entries[user]?[outlet] = nil
                if entries[user]?.isEmpty ?? false { entries[user] = nil }
            }
        }
    }

    /// Ends a user's sockets.
    ///
    /// - Parameters:
    ///   - before: only those whose tokens were issued up to then; nil: all.
    ///   - opened: only those that were opened up to then; nil: all.
    /// - Returns: how many.
    @discardableResult
    func end(
        _ user: UserID, issuedBefore before: Timestamp? = nil, openedBefore opened: Timestamp? = nil, _ code: CloseCode
    ) -> Int {
        let ends = entries.withLock { entries in
            entries[user]?.values.filter { entry in
                entry.issuedAt * 1_000 <= before?.milliseconds ?? .max
                    && entry.openedAt <= opened ?? entry.openedAt
            }.map(\.end) ?? []
        }
        for end in ends { end(code) }
        return ends.count
    }
}

extension Identity {
    /// Whose sockets it opens: also those of the application that acts as the user.
    fileprivate var owners: Set<UserID> { Set([userID] + [actedBy].compactMap(\.self)) }
}
