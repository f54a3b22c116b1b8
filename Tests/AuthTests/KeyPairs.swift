import Crypto
import Foundation

@testable import Auth

/// Pairs of keys, made anew for each run of the tests.
struct KeyPairs: Sendable {
    let p256 = P256.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()
    let rsa: RSAPair

    init(_ rsa: Result<RSAPair, any Error>) throws {
        self.rsa = try rsa.get()
    }

    /// RSA keys take long to make, so all tests share two.
    static let rsa = Result { try RSAPair() }
    static let otherRSA = Result { try RSAPair() }

    static func others() throws -> KeyPairs { try KeyPairs(otherRSA) }

    func ecKey(_ id: String? = "ec", extra: [String: Any] = [:]) -> [String: Any] {
        let point = p256.publicKey.rawRepresentation
        return key(
            [
                "kty": "EC", "crv": "P-256", "x": Base64URL.encode(point.prefix(32)),
                "y": Base64URL.encode(point.suffix(32)),
            ], id, extra)
    }

    func edKey(_ id: String? = "ed", extra: [String: Any] = [:]) -> [String: Any] {
        key(["kty": "OKP", "crv": "Ed25519", "x": Base64URL.encode(ed25519.publicKey.rawRepresentation)], id, extra)
    }

    func rsaKey(_ id: String? = "rsa", extra: [String: Any] = [:]) -> [String: Any] {
        key(["kty": "RSA", "n": rsa.modulus, "e": rsa.exponent], id, extra)
    }

    func es256(_ claims: [String: Any] = Forge.claims, header: [String: Any] = ["alg": "ES256", "kid": "ec"]) throws
        -> String
    {
        try Forge.sign(header: Forge.json(header), payload: Forge.json(claims)) {
            [UInt8](try p256.signature(for: $0).rawRepresentation)
        }
    }

    func edDSA(_ claims: [String: Any] = Forge.claims, header: [String: Any] = ["alg": "EdDSA", "kid": "ed"]) throws
        -> String
    {
        try Forge.sign(header: Forge.json(header), payload: Forge.json(claims)) {
            [UInt8](try ed25519.signature(for: $0))
        }
    }

    func rs256(
        _ claims: [String: Any] = Forge.claims, header: [String: Any] = ["alg": "RS256", "kid": "rsa"],
        pss: Bool = false
    ) throws -> String {
        try Forge.sign(header: Forge.json(header), payload: Forge.json(claims)) {
            try rsa.signature(over: $0, pss: pss)
        }
    }

    private func key(_ parts: [String: Any], _ id: String?, _ extra: [String: Any]) -> [String: Any] {
        var key = parts.merging(extra) { $1 }
        key["kid"] = id
        return key
    }
}
