internal import FoundationEssentials
internal import JWTKit
package import Logging

/// The public keys of a JSON Web Key Set (RFC 7517): RSA for RS256, P-256 for ES256, Ed25519 for EdDSA.
///
/// Keys for other uses (`"use": "enc"`, other types, other algorithms) are passed over with a note in the log, as
/// identity providers publish them in the same set. A key of a kind that is used but broken refuses the whole set:
/// better at the start than when somebody logs in.
package struct KeySet: Sendable {
    /// Of the file.
    package static let maximumBytes = 1 << 20
    package static let maximumKeys = 100

    let keys: [VerificationKey]

    /// How many keys tokens can be verified with.
    package var count: Int { keys.count }

    /// - Parameter path: a file with the JSON of the set, at most 1 MiB.
    /// - Throws: `key_set`.
    package static func load(path: String, logger: Logger) async throws(AuthError) -> KeySet {
        let file = SmallFile(path: path)
        let bytes: [UInt8]
        do {
            bytes = try file.read(maximumBytes: maximumBytes).bytes
        } catch {
            throw AuthError(.keySet, "the key set \(path) cannot be read: \(error)", cause: error)
        }
        return try await KeySet(json: bytes, logger: logger)
    }

    /// - Throws: `key_set`.
    package init(json: [UInt8], logger: Logger) async throws(AuthError) {
        let set: Document
        do {
            set = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch {
            throw AuthError(.keySet, "the key set is not JSON of the form {\"keys\": […]}", cause: error)
        }
        guard set.keys.count <= Self.maximumKeys else {
            throw AuthError(.keySet, "the key set has more than \(Self.maximumKeys) keys")
        }
        var keys: [VerificationKey] = []
        for (index, entry) in set.keys.enumerated() {
            if let reason = entry.reasonToPassOver {
                logger.notice("key passed over", metadata: ["key": "\(entry.label(index))", "reason": "\(reason)"])
                continue
            }
            if entry.d != nil {
                logger.warning(
                    "the key set holds a private key: only its public part is needed here",
                    metadata: ["key": "\(entry.label(index))"])
            }
            keys.append(try await entry.verificationKey(label: entry.label(index)))
        }
        guard !keys.isEmpty else {
            throw AuthError(.keySet, "the key set has no key for RS256, ES256 or EdDSA")
        }
        self.keys = keys
    }

    private struct Document: Decodable {
        let keys: [KeySetEntry]
    }
}
