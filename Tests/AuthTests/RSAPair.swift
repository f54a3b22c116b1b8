import CryptoExtras
import Foundation

@testable import Auth

/// A pair of RSA keys.
struct RSAPair: Sendable {
    let modulus: String
    let exponent: String
    let publicPEM: String
    private let key: _RSA.Signing.PrivateKey

    init(bits: Int = 2048) throws {
        self.key = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: bits))
        let numbers = try key.publicKey.getKeyPrimitives()
        self.modulus = Base64URL.encode(numbers.modulus)
        self.exponent = Base64URL.encode(numbers.publicExponent)
        self.publicPEM = key.publicKey.pemRepresentation
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, or PSS.
    func signature(over signed: [UInt8], pss: Bool = false) throws -> [UInt8] {
        [UInt8](try key.signature(for: signed, padding: pss ? .PSS : .insecurePKCS1v1_5).rawRepresentation)
    }
}
