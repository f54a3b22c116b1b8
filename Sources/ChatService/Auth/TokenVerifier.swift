internal import Chat
internal import Crypto
internal import FoundationEssentials

/// Verifies JSON Web Tokens: the signature, the times, who issued them for whom, and that they name a user.
///
/// Verification is synchronous and may run on any thread, an event loop included; nothing waits for an actor.
/// The keys never change; for new keys make a new verifier.
package final class TokenVerifier: Sendable {
    package struct Configuration: Sendable {
        /// The secret of HS256 tokens; without one such tokens are refused.
        package var secret: SigningSecret?
        /// The public keys of RS256, ES256 and EdDSA tokens.
        package var keySet: KeySet?
        /// What `iss` must be. Without one it is not looked at.
        package var issuer: String?
        /// `aud` must name one of them. Without any it is not looked at.
        package var audiences: [String] = []
        /// How far the clocks of issuer and service may differ, in seconds: 0...300.
        package var leewaySeconds = 5
        /// Whether a token without `exp` is refused. A stolen token that never ends cannot be taken back, so this
        /// is the default. An application whose tokens have no end has to say so.
        package var requiresExpiration = true
        /// How many verified tokens are remembered (about 300 bytes each); 0: none.
        package var cacheCapacity = 20_000

        package init(secret: SigningSecret? = nil, keySet: KeySet? = nil) {
            self.secret = secret
            self.keySet = keySet
        }
    }

    /// In bytes. Larger than any token that names a person needs, smaller than what a header line may hold.
    package static let maximumTokenBytes = 8 * 1024

    private let configuration: Configuration
    private let keys: [VerificationKey]
    private let cache: TokenCache
    private let now: @Sendable () -> Double

    /// - Parameter now: seconds since 1970.
    /// - Throws: `key_set` when there is neither a secret nor a key: nobody could ever log in.
    package init(
        _ configuration: Configuration,
        now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
    ) throws(AuthError) {
        var keys = configuration.keySet?.keys ?? []
        if let secret = configuration.secret {
            keys.append(VerificationKey(secret: secret))
        }
        guard !keys.isEmpty else {
            throw AuthError(.keySet, "there is neither a token secret nor a key set to verify tokens with")
        }
        self.configuration = configuration
        self.keys = keys
        self.cache = TokenCache(capacity: configuration.cacheCapacity)
        self.now = now
    }

    /// - Parameter token: a JWT in compact form, at most 8 KiB.
    /// - Throws: ``AuthError`` with the reason. Any text is answered, none traps.
    package func verify(_ token: String) throws(AuthError) -> Identity {
        guard token.utf8.count <= Self.maximumTokenBytes else {
            throw AuthError(.tokenTooLarge, "the token is longer than \(Self.maximumTokenBytes) bytes")
        }
        let bytes = Array(token.utf8)
        let digest = SHA256.hash(data: bytes)
        if let known = cache.entry(for: digest) {
            do {
                try checkTimes(expiresAt: known.expiresAt, notBefore: known.notBefore)
            } catch {
                cache.remove(digest)
                throw error
            }
            return known.identity
        }
        let entry = try verify(bytes)
        cache.store(entry, for: digest)
        return entry.identity
    }

    private func verify(_ bytes: [UInt8]) throws(AuthError) -> TokenCache.Entry {
        let token = try CompactToken(bytes)
        let candidates = try candidateKeys(for: token.header)
        guard candidates.contains(where: { $0.isValid(signature: token.signature, over: token.signed) }) else {
            throw AuthError(.badSignature, "the token's signature does not fit")
        }
        let claims: TokenClaims = try StrictJSON.decode(token.payload, what: "payload")
        try checkTimes(expiresAt: claims.expiresAt, notBefore: claims.notBefore)
        try checkAddress(claims)
        return TokenCache.Entry(
            identity: try identity(of: claims), expiresAt: claims.expiresAt, notBefore: claims.notBefore)
    }

    /// The keys that may have signed a token with this header. The header only selects among configured pairs of
    /// key and algorithm; it never decides how a key is used (RFC 8725 sections 3.1 and 3.2).
    private func candidateKeys(for header: TokenHeader) throws(AuthError) -> [VerificationKey] {
        guard let algorithm = TokenAlgorithm(rawValue: header.algorithm) else {
            throw AuthError(.algorithmNotAllowed, "the token's algorithm is not accepted")
        }
        if let keyID = header.keyID {
            let named = keys.filter { $0.id == keyID }
            guard !named.isEmpty else {
                throw AuthError(.unknownKey, "the token names a key (kid) that is not configured")
            }
            let fitting = named.filter { $0.algorithm == algorithm }
            guard !fitting.isEmpty else {
                throw AuthError(.algorithmMismatch, "the token's algorithm is not the one of the key it names")
            }
            return fitting
        }
        let fitting = keys.filter { $0.algorithm == algorithm }
        guard !fitting.isEmpty else {
            throw AuthError(.algorithmNotAllowed, "no key is configured for the token's algorithm")
        }
        return fitting
    }

    private func checkTimes(expiresAt: Double?, notBefore: Double?) throws(AuthError) {
        let now = now()
        let leeway = Double(configuration.leewaySeconds)
        if let expiresAt, now >= expiresAt + leeway {
            throw AuthError(.expired, "the token has expired")
        }
        if let notBefore, now + leeway < notBefore {
            throw AuthError(.notYetValid, "the token is not valid yet")
        }
    }

    private func checkAddress(_ claims: TokenClaims) throws(AuthError) {
        if let issuer = configuration.issuer, claims.issuer != issuer {
            throw AuthError(.wrongIssuer, "the token is from another issuer")
        }
        if !configuration.audiences.isEmpty,
            !claims.audiences.contains(where: configuration.audiences.contains)
        {
            throw AuthError(.wrongAudience, "the token is for another audience")
        }
    }

    private func identity(of claims: TokenClaims) throws(AuthError) -> Identity {
        guard let subject = claims.subject else {
            throw AuthError(.missingClaim, "the token names no user (sub)")
        }
        let userID: UserID
        do {
            userID = try UserID(subject)
        } catch {
            throw AuthError(.invalidClaim, "the token's sub is not usable: \(error.message)")
        }
        guard !subject.allSatisfy(\.isWhitespace) else {
            throw AuthError(.invalidClaim, "the token's sub is blank")
        }
        if claims.expiresAt == nil, configuration.requiresExpiration {
            throw AuthError(.missingClaim, "the token has no end (exp)")
        }
        // Beyond 2^53 a number of JSON is no longer exact, and far beyond it fits no integer.
        let expiresAt = claims.expiresAt?.rounded(.down)
        guard (expiresAt ?? 0).magnitude <= 9_007_199_254_740_992 else {
            throw AuthError(.invalidClaim, "the token's exp is out of bounds")
        }
        if let tokenID = claims.tokenID, tokenID.utf8.count > 256 {
            throw AuthError(.invalidClaim, "the token's jti is longer than 256 bytes")
        }
        let username =
            claims.preferredUsername.flatMap(DisplayName.cleaned) ?? claims.name.flatMap(DisplayName.cleaned)
            ?? DisplayName.cleaned(subject) ?? subject
        let words = claims.scope?.split(separator: " ").prefix(100) ?? []
        return Identity(
            userID: userID, username: username, expiresAt: expiresAt.map { Int64($0) }, tokenID: claims.tokenID,
            scopes: Set(words.compactMap { Identity.Scope(rawValue: String($0)) }),
            issuedAt: claims.issuedAt.flatMap { Int64(exactly: $0.rounded(.down)) })
    }
}
