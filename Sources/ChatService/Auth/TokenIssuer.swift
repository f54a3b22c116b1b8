package import Chat
internal import Crypto
internal import FoundationEssentials

/// Makes HS256 tokens for `chat token`, `chat connect` and the development login. In production the team's own
/// application makes them.
package struct TokenIssuer: Sendable {
    /// A token and what it says.
    package struct Issued: Sendable {
        package let token: String
        package let identity: Identity
    }

    private let key: SymmetricKey
    private let issuer: String?
    private let audience: String?

    /// - Parameters:
    ///   - issuer: goes into `iss`; the one that the verifier asks for, if any.
    ///   - audience: goes into `aud`.
    package init(secret: SigningSecret, issuer: String? = nil, audience: String? = nil) {
        self.key = SymmetricKey(data: secret.bytes)
        self.issuer = issuer
        self.audience = audience
    }

    /// - Parameters:
    ///   - name: becomes `name` and `preferred_username`; the user id when `nil` or blank.
    ///   - scopes: what it allows besides being the user.
    ///   - lifetimeSeconds: 1 second to 10 years.
    ///   - now: seconds since 1970.
    /// - Throws: `invalid_claim` when the lifetime is out of bounds, or for a user id that no verifier would take.
    package func issue(
        userID: UserID, name: String? = nil, scopes: Set<Identity.Scope> = [], lifetimeSeconds: Int64,
        now: Int64 = Int64(Date().timeIntervalSince1970)
    ) throws(AuthError) -> Issued {
        guard (1...Self.maximumLifetimeSeconds).contains(lifetimeSeconds) else {
            throw AuthError(.invalidClaim, "a token lives 1 second to 10 years")
        }
        guard !userID.rawValue.allSatisfy(\.isWhitespace) else {
            throw AuthError(.invalidClaim, "the user id is blank")
        }
        let username = name.flatMap(DisplayName.cleaned) ?? DisplayName.cleaned(userID.rawValue) ?? userID.rawValue
        let tokenID = SymmetricKey(size: .bits128).withUnsafeBytes { Base64URL.encode(Array($0)) }
        let claims = Claims(
            sub: userID.rawValue, name: username, preferredUsername: username, iat: now,
            exp: now + lifetimeSeconds, jti: tokenID, iss: issuer, aud: audience,
            scope: scopes.isEmpty ? nil : scopes.map(\.rawValue).sorted().joined(separator: " "))
        let signed = Self.header + "." + Base64URL.encode(try encode(claims))
        let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: key)
        return Issued(
            token: signed + "." + Base64URL.encode(Array(code)),
            identity: Identity(
                userID: userID, username: username, expiresAt: claims.exp, tokenID: tokenID, scopes: scopes,
                issuedAt: now))
    }

    package static let maximumLifetimeSeconds: Int64 = 10 * 366 * 86_400

    private static let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    private func encode(_ claims: Claims) throws(AuthError) -> Data {
        do {
            return try JSONEncoder().encode(claims)
        } catch {
            throw AuthError(.invalidClaim, "the claims cannot be written as JSON", cause: error)
        }
    }

    private struct Claims: Encodable {
        let sub: String
        let name: String
        let preferredUsername: String
        let iat: Int64
        let exp: Int64
        let jti: String
        let iss: String?
        let aud: String?
        let scope: String?

        private enum CodingKeys: String, CodingKey {
            case sub, name, iat, exp, jti, iss, aud, scope
            case preferredUsername = "preferred_username"
        }
    }
}
