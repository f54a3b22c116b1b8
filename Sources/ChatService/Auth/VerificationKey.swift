internal import Crypto
internal import FoundationEssentials
internal import JWTKit

/// A key with the one algorithm that it may be used for.
struct VerificationKey: Sendable {
    /// The `kid` that tokens name it by.
    let id: String?
    let algorithm: TokenAlgorithm
    private let backing: Backing

    private enum Backing: Sendable {
        case secret(SymmetricKey)
        case publicKey(any JWTAlgorithm)
    }

    init(secret: SigningSecret) {
        self.id = nil
        self.algorithm = .hs256
        self.backing = .secret(SymmetricKey(data: secret.bytes))
    }

    init(id: String?, algorithm: TokenAlgorithm, publicKey: any JWTAlgorithm) {
        self.id = id
        self.algorithm = algorithm
        self.backing = .publicKey(publicKey)
    }

    /// Whether the signature is this key's over the bytes. Any bytes are answered, none trap.
    func isValid(signature: [UInt8], over signed: some DataProtocol) -> Bool {
        if let length = algorithm.signatureLength, signature.count != length { return false }
        return switch backing {
        case .secret(let key):
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: key)
        case .publicKey(let key):
            // It throws for bytes that are no signature at all, which is an answer too.
            (try? key.verify(signature, signs: signed)) ?? false
        }
    }
}
