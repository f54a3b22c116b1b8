/// The claims of a token that decide something (RFC 7519 section 4.1, OpenID Connect Core section 5.1).
///
/// `null` counts as missing; any other type than the one given here is refused.
struct TokenClaims: Decodable {
    let subject: String?
    let issuer: String?
    /// `aud` is one text or a list of texts.
    let audiences: [String]
    /// Seconds since 1970, perhaps with a fraction.
    let expiresAt: Double?
    let notBefore: Double?
    let issuedAt: Double?
    let tokenID: String?
    let name: String?
    let preferredUsername: String?
    /// Words with spaces between them (RFC 8693, section 4.2).
    let scope: String?

    private enum Key: String, CodingKey {
        case sub, iss, aud, exp, nbf, iat, jti, name, scope
        case preferredUsername = "preferred_username"
    }

    init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: Key.self)
        self.subject = try claims.decodeIfPresent(String.self, forKey: .sub)
        self.issuer = try claims.decodeIfPresent(String.self, forKey: .iss)
        if !claims.contains(.aud) {
            self.audiences = []
        } else if let one = try? claims.decodeIfPresent(String.self, forKey: .aud) {
            self.audiences = [one]
        } else {
            self.audiences = try claims.decodeIfPresent([String].self, forKey: .aud) ?? []
        }
        self.expiresAt = try claims.decodeIfPresent(Double.self, forKey: .exp)
        self.notBefore = try claims.decodeIfPresent(Double.self, forKey: .nbf)
        self.issuedAt = try claims.decodeIfPresent(Double.self, forKey: .iat)
        self.tokenID = try claims.decodeIfPresent(String.self, forKey: .jti)
        self.name = try claims.decodeIfPresent(String.self, forKey: .name)
        self.scope = try claims.decodeIfPresent(String.self, forKey: .scope)
        self.preferredUsername = try claims.decodeIfPresent(String.self, forKey: .preferredUsername)
    }
}
