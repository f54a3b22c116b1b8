/// The signature algorithms that are accepted, by their names in a token's header (RFC 7518, RFC 8037).
enum TokenAlgorithm: String, Sendable {
    case hs256 = "HS256"
    case rs256 = "RS256"
    case es256 = "ES256"
    case edDSA = "EdDSA"

    /// Bytes of a signature; `nil` where the key decides.
    var signatureLength: Int? {
        switch self {
        case .hs256: 32
        case .es256, .edDSA: 64
        case .rs256: nil
        }
    }
}
