import Crypto
import Foundation
import Logging

@testable import Auth

/// Makes tokens of any shape, right and wrong ones.
enum Forge {
    static let secret = "0123456789abcdef0123456789abcdef"
    /// Seconds since 1970, the time of every test here.
    static let now: Double = 1_800_000_000

    static var claims: [String: Any] { ["sub": "alice", "exp": 1_800_003_600] }

    static func json(_ object: Any) -> [UInt8] {
        // Sorted, so that a test's token is the same each time.
        [UInt8]((try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)) ?? Data())
    }

    static func hs256(
        _ claims: [String: Any] = claims, header: [String: Any] = ["alg": "HS256"], key: String = secret
    ) -> String {
        hs256(headerBytes: json(header), payload: json(claims), key: Array(key.utf8))
    }

    static func hs256(headerBytes: [UInt8], payload: [UInt8], key: [UInt8] = Array(secret.utf8)) -> String {
        sign(header: headerBytes, payload: payload) { signed in
            Array(HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key)))
        }
    }

    static func sign(header: [UInt8], payload: [UInt8], _ signature: ([UInt8]) throws -> [UInt8]) rethrows -> String {
        let signed = Base64URL.encode(header) + "." + Base64URL.encode(payload)
        return signed + "." + Base64URL.encode(try signature(Array(signed.utf8)))
    }

    static func verifier(
        secret: String? = secret, keySet: KeySet? = nil, now: Double = now,
        _ change: (inout TokenVerifier.Configuration) -> Void = { _ in }
    ) throws -> TokenVerifier {
        var configuration = TokenVerifier.Configuration(
            secret: try secret.map { text throws(AuthError) in try SigningSecret(text) }, keySet: keySet)
        change(&configuration)
        return try TokenVerifier(configuration, now: { now })
    }

    static func keySet(_ keys: [[String: Any]]) async throws -> KeySet {
        try await KeySet(json: json(["keys": keys]), logger: Logger(label: "test"))
    }
}

/// The code of the error that the verifier answers with; `nil` when it accepts.
func refusal(of token: String, by verifier: TokenVerifier) -> AuthError.Code? {
    do {
        _ = try verifier.verify(token)
        return nil
    } catch {
        return error.code
    }
}
