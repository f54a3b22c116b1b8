/// Why a token, a credential, a secret or a key file was refused.
///
/// The message is one plain sentence for a person. It never holds a token, a secret or a key.
package struct AuthError: Error, Sendable, CustomStringConvertible {
    /// What kind of refusal. Open: later versions may add some.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// No token was sent.
        package static let missingCredentials = Code(rawValue: "missing_credentials")
        /// Different tokens were sent in different places.
        package static let conflictingCredentials = Code(rawValue: "conflicting_credentials")
        /// A credential is not of the form that its place asks for.
        package static let malformedCredentials = Code(rawValue: "malformed_credentials")
        /// A token came in the query string where the configuration does not allow that.
        package static let queryTokenNotAllowed = Code(rawValue: "query_token_not_allowed")
        /// The token is longer than 8 KiB.
        package static let tokenTooLarge = Code(rawValue: "token_too_large")
        /// The token is no signed JWT: parts, base64url or JSON are broken.
        package static let malformedToken = Code(rawValue: "malformed_token")
        /// The header names no algorithm, `none`, or one that no configured key has.
        package static let algorithmNotAllowed = Code(rawValue: "algorithm_not_allowed")
        /// The header's algorithm is not the one of the key it names.
        package static let algorithmMismatch = Code(rawValue: "algorithm_mismatch")
        /// The header names a key that is not configured.
        package static let unknownKey = Code(rawValue: "unknown_key")
        /// The header has a `crit` field: extensions that we do not know must be understood.
        package static let criticalHeader = Code(rawValue: "critical_header")
        /// The signature does not fit.
        package static let badSignature = Code(rawValue: "bad_signature")
        /// `exp` is past.
        package static let expired = Code(rawValue: "expired")
        /// `nbf` is to come.
        package static let notYetValid = Code(rawValue: "not_yet_valid")
        /// `iss` is not the configured issuer.
        package static let wrongIssuer = Code(rawValue: "wrong_issuer")
        /// `aud` has none of the configured audiences.
        package static let wrongAudience = Code(rawValue: "wrong_audience")
        /// A claim that is needed is missing.
        package static let missingClaim = Code(rawValue: "missing_claim")
        /// A claim has the wrong type or a value out of its bounds.
        package static let invalidClaim = Code(rawValue: "invalid_claim")
        /// The secret is too short, or its file cannot be used.
        package static let secret = Code(rawValue: "secret")
        /// The key set (JWKS) cannot be used.
        package static let keySet = Code(rawValue: "key_set")
    }

    package var code: Code
    package var message: String
    /// What a library or the system said, for the log only.
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
