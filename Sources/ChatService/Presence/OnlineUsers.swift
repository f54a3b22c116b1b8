package import Chat
package import Hub

/// Who is in a room: users with at least one socket there. A value without I/O.
package struct OnlineUsers: Sendable {
    private struct Online {
        var outlets = SmallMap<Outlet.ID, Void>()
        /// The place in the order of coming.
        var order: UInt64
    }

    private var online: [UserID: Online] = [:]
    private var nextOrder: UInt64 = 0

    package init() {}

    package var count: Int { online.count }

    /// In the order in which they came.
    package var users: [UserID] {
        online.sorted { $0.value.order < $1.value.order }.map(\.key)
    }

    /// In no order; costs as many steps as it returns.
    package func someUsers(upTo limit: Int) -> [UserID] {
        Array(online.keys.prefix(limit))
    }

    package func has(_ user: UserID) -> Bool { online[user] != nil }

    package func outlets(of user: UserID) -> [Outlet.ID] {
        online[user]?.outlets.keys ?? []
    }

    /// - Returns: whether it is the user's first socket here.
    package mutating func add(_ outlet: Outlet.ID, of user: UserID) -> Bool {
        let isFirst = online[user] == nil
        if isFirst {
            online[user] = Online(order: nextOrder)
            nextOrder += 1
        }
        online[user]?.outlets[outlet] = ()
        return isFirst
    }

    /// - Returns: whether it was the user's last socket here.
    package mutating func remove(_ outlet: Outlet.ID, of user: UserID) -> Bool {
        guard online[user]?.outlets[outlet] != nil else { return false }
        online[user]?.outlets[outlet] = nil
        guard online[user]?.outlets.isEmpty == true else { return false }
        online[user] = nil
        return true
    }
}
