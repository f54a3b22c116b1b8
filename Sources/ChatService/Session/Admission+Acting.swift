import Auth
import Chat

// The team's own application acts as its users, over REST and on sockets alike.
extension Admission {
    static let actAsHeader = "X-Act-As"
    static let actAsNameHeader = "X-Act-As-Name"

    /// Whom a request speaks for: the token's user, or whom the team's own application acts as.
    ///
    /// - Parameters: the values of the two headers, percent-encoded. Without a name the user keeps the one that is known.
    /// - Throws: `forbidden` for any other token with the header, `bad_request`, `unavailable`.
    func acting(_ identity: Identity, as text: String?, name: String?) async throws(ChatError) -> Identity {
        guard let text else { return identity }
        guard identity.isService else { throw .forbidden("acting for others takes the scope chat:service") }
        guard let id = String(percentEncoded: Substring(text)) else {
            throw .badRequest("\(Self.actAsHeader) is not percent-encoded UTF-8")
        }
        let user = try UserID(id)
        var acting = Identity(
            userID: user, username: try await shownName(of: user, name), expiresAt: identity.expiresAt,
            issuedAt: identity.issuedAt)
        acting.actedBy = identity.userID
        return acting
    }

    private func shownName(of user: UserID, _ text: String?) async throws(ChatError) -> String {
        if let text {
            guard let name = String(percentEncoded: Substring(text)) else {
                throw .badRequest("\(Self.actAsNameHeader) is not percent-encoded UTF-8")
            }
            if let cleaned = DisplayName.cleaned(name) { return cleaned }
        }
        try health.requireReady()
        if let known = try await roomStore.person(user) { return known.username }
        return DisplayName.cleaned(user.rawValue) ?? user.rawValue
    }
}
