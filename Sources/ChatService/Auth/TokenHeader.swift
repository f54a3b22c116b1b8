internal import FoundationEssentials

/// The fields of a token's header that decide something. Keys and addresses of keys in it (`jwk`, `jku`, `x5c`,
/// `x5u`) are never looked at: a token does not choose its own key.
struct TokenHeader {
    let algorithm: String
    let keyID: String?

    /// - Throws: `malformed_token`, or `critical_header`.
    init(json: [UInt8]) throws(AuthError) {
        let fields: Fields = try StrictJSON.decode(json, what: "header")
        guard !fields.hasCritical else {
            throw AuthError(.criticalHeader, "the token asks for extensions (crit) that are not supported")
        }
        self.algorithm = fields.algorithm
        self.keyID = fields.keyID
    }

    private struct Fields: Decodable {
        let algorithm: String
        let keyID: String?
        let hasCritical: Bool

        private enum Key: String, CodingKey {
            case alg, kid, crit
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            self.algorithm = try fields.decode(String.self, forKey: .alg)
            self.keyID = try fields.decodeIfPresent(String.self, forKey: .kid)
            self.hasCritical = fields.contains(.crit)
        }
    }
}
