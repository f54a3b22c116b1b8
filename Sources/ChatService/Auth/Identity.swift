package import Chat

/// Who a verified token speaks for.
package struct Identity: Hashable, Sendable {
    /// From `sub`.
    package var userID: UserID
    /// From `preferred_username`, else `name`, else the user id. Cleaned as ``DisplayName`` says.
    package var username: String
    /// Seconds since 1970 (UTC) from which on the token is no longer valid; `nil` when it has no end, which
    /// only a verifier with `requiresExpiration: false` lets pass.
    package var expiresAt: Int64?
    /// From `jti`, at most 256 bytes.
    package var tokenID: String?
    /// What the token allows besides being the user, from `scope`.
    package var scopes: Set<Scope>
    /// Seconds since 1970, from `iat`; nil: unknown.
    package var issuedAt: Int64?
    /// The team's own application, where it acts as the user with its own token.
    package var actedBy: UserID?

    /// What a token may allow besides being its user. Other words in `scope` are passed over.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        /// A moderator of all rooms.
        case moderator = "chat:moderator"
        /// The team's own application: acts for users, ends their sockets and tokens, exports and erases them.
        case service = "chat:service"
    }

    package var isModerator: Bool { scopes.contains(.moderator) || scopes.contains(.service) }
    package var isService: Bool { scopes.contains(.service) }
    /// Whether the team's own application speaks, for itself or as a user.
    package var isTrusted: Bool { isService || actedBy != nil }

    package init(
        userID: UserID, username: String, expiresAt: Int64?, tokenID: String? = nil, scopes: Set<Scope> = [],
        issuedAt: Int64? = nil
    ) {
        self.scopes = scopes
        self.issuedAt = issuedAt
        self.userID = userID
        self.username = username
        self.expiresAt = expiresAt
        self.tokenID = tokenID
    }
}
