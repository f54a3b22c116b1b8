internal import Crypto

/// The shared secret of HS256: the bytes of its text as they are, not decoded from anything.
package struct SigningSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// RFC 7518 section 3.2: a key of the size of the hash output or larger.
    package static let minimumBytes = 32

    let bytes: [UInt8]

    /// - Parameter text: for example the value of `CHAT_JWT_SECRET`.
    /// - Throws: `secret` when it has less than 32 bytes.
    package init(_ text: String) throws(AuthError) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.minimumBytes else {
            throw AuthError(
                .secret, "the token secret has \(bytes.count) bytes, at least \(Self.minimumBytes) are needed")
        }
        self.bytes = bytes
    }

    /// A new random secret: the base64url text of 32 random bytes.
    static func generate() -> String {
        let key = SymmetricKey(size: .bits256)
        return key.withUnsafeBytes { Base64URL.encode(Array($0)) }
    }

    // A secret must not reach a log by being printed.
    package var description: String { "SigningSecret(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
