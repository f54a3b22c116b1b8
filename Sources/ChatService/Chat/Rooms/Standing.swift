/// What somebody is to a room.
package enum Standing: Hashable, Sendable {
    /// Neither member nor banned.
    case visitor
    case member(Membership)
    case banned(Ban)

    package var membership: Membership? {
        if case .member(let membership) = self { membership } else { nil }
    }

    package var role: Role? { membership?.role }

    /// The same at a later time: a ban that has ended is none.
    package func standing(at now: Timestamp) -> Standing {
        if case .banned(let ban) = self, let until = ban.until, until <= now { .visitor } else { self }
    }
}

/// A membership, as far as it decides about rights.
package struct Membership: Hashable, Sendable {
    package var role: Role
    package var mutedUntil: Timestamp?
    /// The room's last message when he joined.
    package var joinedSeq: Int64

    package init(role: Role, mutedUntil: Timestamp? = nil, joinedSeq: Int64 = 0) {
        self.role = role
        self.mutedUntil = mutedUntil
        self.joinedSeq = joinedSeq
    }
}

package struct Ban: Hashable, Sendable {
    package var reason: String?
    /// Nil: for good.
    package var until: Timestamp?

    package init(reason: String? = nil, until: Timestamp? = nil) {
        self.reason = reason
        self.until = until
    }
}
