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

    package init(userID: UserID, username: String, expiresAt: Int64?, tokenID: String? = nil) {
        self.userID = userID
        self.username = username
        self.expiresAt = expiresAt
        self.tokenID = tokenID
    }
}
