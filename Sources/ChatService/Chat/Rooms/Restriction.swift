/// What is kept of a membership that ends, so that nobody gets rid of it by coming back.
package struct Restriction: Hashable, Sendable {
    /// Below a member; nil: none.
    package var role: Role?
    package var mutedUntil: Timestamp?

    package init(role: Role?, mutedUntil: Timestamp?) {
        self.role = role
        self.mutedUntil = mutedUntil
    }

    /// Nil when there is nothing to keep.
    package init?(of membership: Membership, at now: Timestamp) {
        role = membership.role.rank < Role.member.rank ? membership.role : nil
        mutedUntil = membership.mutedUntil.flatMap { $0 > now ? $0 : nil }
        guard role != nil || mutedUntil != nil else { return nil }
    }
}

extension Membership {
    /// The same for one who was there before.
    package func restricted(by restriction: Restriction?, at now: Timestamp) -> Membership {
        guard let restriction else { return self }
        var membership = self
        if let role = restriction.role, role.rank < membership.role.rank { membership.role = role }
        if let until = restriction.mutedUntil, until > now { membership.mutedUntil = until }
        return membership
    }
}
