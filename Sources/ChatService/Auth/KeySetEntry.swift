internal import JWTKit

/// One key of a key set as it stands in the file. The fields have the names of RFC 7517 and RFC 7518.
struct KeySetEntry: Decodable {
    let kty: String
    let use: String?
    let operations: [String]?
    let alg: String?
    let kid: String?
    let n: String?
    let e: String?
    let crv: String?
    let x: String?
    let y: String?
    let d: String?

    private enum CodingKeys: String, CodingKey {
        case kty, use, alg, kid, n, e, crv, x, y, d
        case operations = "key_ops"
    }

    /// What to call this key in messages.
    func label(_ index: Int) -> String {
        kid ?? "number \(index + 1)"
    }

    /// Why this key is not one to verify tokens with here; `nil` when it is.
    var reasonToPassOver: String? {
        if let use, use != "sig" { return "its use is not \"sig\"" }
        if let operations, !operations.contains("verify") { return "its operations do not hold \"verify\"" }
        guard let algorithm else { return "its type or curve is not one of RSA, EC P-256, OKP Ed25519" }
        if let alg, alg != algorithm.rawValue { return "its algorithm is not \(algorithm.rawValue)" }
        return nil
    }

    /// The one algorithm that a key of this type may be used for.
    private var algorithm: TokenAlgorithm? {
        switch (kty, crv) {
        case ("RSA", nil): .rs256
        case ("EC", "P-256"): .es256
        case ("OKP", "Ed25519"): .edDSA
        default: nil
        }
    }

    /// - Throws: `key_set` when a part is missing or is no key.
    func verificationKey(label: String) async throws(AuthError) -> VerificationKey {
        let key: JWK
        switch algorithm {
        case .rs256:
            let (n, e) = (try part(n, "n", of: label), try part(e, "e", of: label))
            key = .rsa(.rs256, identifier: Self.onlyID, modulus: n, exponent: e)
        case .es256:
            let (x, y) = (try part(x, "x", of: label, bytes: 32), try part(y, "y", of: label, bytes: 32))
            key = .ecdsa(.es256, identifier: Self.onlyID, x: x, y: y, curve: .p256)
        case .edDSA:
            let x = try part(x, "x", of: label, bytes: 32)
            key = .octetKeyPair(.eddsa, identifier: Self.onlyID, x: x, y: nil, curve: .ed25519)
        case .hs256, nil:
            throw AuthError(.keySet, "the key \(label) is of a kind that is not supported")
        }
        guard let algorithm else { throw AuthError(.keySet, "the key \(label) has no algorithm") }
        do {
            // The library hands out its verifiers only through a collection. Each key gets a collection of its own,
            // because one collection answers a look-up of an unknown id with some other key.
            let collection = JWTKeyCollection()
            try await collection.add(jwk: key)
            let publicKey = try await collection.getKey(for: Self.onlyID)
            guard publicKey.name == algorithm.rawValue else {
                throw AuthError(.keySet, "the key \(label) is not one for \(algorithm.rawValue)")
            }
            return VerificationKey(id: kid, algorithm: algorithm, publicKey: publicKey)
        } catch let error as AuthError {
            throw error
        } catch {
            throw AuthError(
                .keySet, "the key \(label) is no valid key for \(algorithm.rawValue) (RSA needs 2048 bits)",
                cause: error)
        }
    }

    private static let onlyID = JWKIdentifier(string: "key")

    /// A number of the key, checked to be strict base64url and, where given, of so many bytes.
    private func part(
        _ value: String?, _ name: String, of label: String, bytes count: Int? = nil
    ) throws(AuthError) -> String {
        guard let value, let bytes = Base64URL.decode(value.utf8), !bytes.isEmpty,
            count == nil || bytes.count == count
        else {
            throw AuthError(.keySet, "\"\(name)\" of the key \(label) is missing or not base64url of its length")
        }
        return value
    }
}
