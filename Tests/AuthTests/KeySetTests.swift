import Chat
import Foundation
import Logging
import Testing

@testable import Auth

@Suite struct KeySetTests {
    let pairs: KeyPairs

    init() throws { self.pairs = try KeyPairs(KeyPairs.rsa) }

    func verifier(secret: String? = nil, _ keys: [[String: Any]]? = nil) async throws -> TokenVerifier {
        let keys = keys ?? [pairs.rsaKey(), pairs.ecKey(), pairs.edKey()]
        return try Forge.verifier(secret: secret, keySet: try await Forge.keySet(keys))
    }

    @Test func `RS256, ES256 and EdDSA tokens of the key set are verified`() async throws {
        let verifier = try await verifier()
        for token in [try pairs.rs256(), try pairs.es256(), try pairs.edDSA()] {
            #expect(try verifier.verify(token).userID.rawValue == "alice")
        }
    }

    @Test func `a token of another key of the same kind is refused`() async throws {
        let verifier = try await verifier()
        let others = try KeyPairs.others()
        for token in [try others.rs256(), try others.es256(), try others.edDSA()] {
            #expect(refusal(of: token, by: verifier) == .badSignature)
        }
    }

    @Test func `a token without a key id is tried with the keys of its algorithm`() async throws {
        let others = try KeyPairs.others()
        let verifier = try await verifier([others.ecKey("a"), pairs.ecKey("b"), pairs.edKey(nil)])
        #expect(refusal(of: try pairs.es256(header: ["alg": "ES256"]), by: verifier) == nil)
        #expect(refusal(of: try pairs.edDSA(header: ["alg": "EdDSA"]), by: verifier) == nil)
        #expect(refusal(of: try pairs.rs256(header: ["alg": "RS256"]), by: verifier) == .algorithmNotAllowed)
    }

    @Test func `a token that names one key is not tried with another`() async throws {
        let others = try KeyPairs.others()
        let verifier = try await verifier([others.ecKey("a"), pairs.ecKey("b")])
        #expect(refusal(of: try pairs.es256(header: ["alg": "ES256", "kid": "a"]), by: verifier) == .badSignature)
    }

    @Test func `an unknown key id is refused although a key would fit`() async throws {
        let verifier = try await verifier()
        #expect(refusal(of: try pairs.es256(header: ["alg": "ES256", "kid": "new"]), by: verifier) == .unknownKey)
        #expect(refusal(of: try pairs.es256(header: ["alg": "ES256", "kid": ""]), by: verifier) == .unknownKey)
    }

    @Test func `the public key as an HS256 secret signs nothing`() async throws {
        let set = try await Forge.keySet([pairs.rsaKey()])
        for secret in [nil, Forge.secret] {
            let verifier = try Forge.verifier(secret: secret, keySet: set)
            for text in [pairs.rsa.publicPEM, pairs.rsa.modulus] {
                let named = Forge.hs256(header: ["alg": "HS256", "kid": "rsa"], key: text)
                #expect(refusal(of: named, by: verifier) == .algorithmMismatch)
                let unnamed = Forge.hs256(key: text)
                #expect(refusal(of: unnamed, by: verifier) == (secret == nil ? .algorithmNotAllowed : .badSignature))
            }
        }
    }

    @Test func `an algorithm that is not the key's is refused`() async throws {
        let verifier = try await verifier(secret: Forge.secret)
        for (algorithm, key) in [("ES256", "rsa"), ("EdDSA", "ec"), ("RS256", "ed"), ("HS256", "ec")] {
            let token = try pairs.es256(header: ["alg": algorithm, "kid": key])
            #expect(refusal(of: token, by: verifier) == .algorithmMismatch)
        }
    }

    @Test func `a PSS signature does not pass as RS256`() async throws {
        #expect(refusal(of: try pairs.rs256(pss: true), by: try await verifier()) == .badSignature)
        let token = try pairs.rs256(header: ["alg": "PS256", "kid": "rsa"], pss: true)
        #expect(refusal(of: token, by: try await verifier()) == .algorithmNotAllowed)
    }

    @Test func `signatures of every wrong length are refused without a trap`() async throws {
        let verifier = try await verifier(secret: Forge.secret)
        for (algorithm, key) in [("RS256", "rsa"), ("ES256", "ec"), ("EdDSA", "ed")] {
            for length in [0, 1, 31, 32, 63, 65, 70, 72, 255, 256, 257, 512] {
                let token = Forge.sign(
                    header: Forge.json(["alg": algorithm, "kid": key]), payload: Forge.json(Forge.claims)
                ) { _ in [UInt8](repeating: 0, count: length) }
                #expect(refusal(of: token, by: verifier) == .badSignature)
            }
        }
    }

    @Test func `a shared secret and a key set work side by side`() async throws {
        let verifier = try await verifier(secret: Forge.secret)
        #expect(refusal(of: Forge.hs256(), by: verifier) == nil)
        #expect(refusal(of: try pairs.es256(), by: verifier) == nil)
    }

    @Test func `keys for other uses are passed over`() async throws {
        let set = try await Forge.keySet([
            pairs.ecKey(),
            pairs.rsaKey("enc", extra: ["use": "enc"]),
            pairs.rsaKey("oaep", extra: ["alg": "RSA-OAEP-256"]),
            pairs.rsaKey("ops", extra: ["key_ops": ["encrypt"]]),
            ["kty": "oct", "kid": "shared", "k": "AAAA"],
            ["kty": "OKP", "crv": "X25519", "kid": "x", "x": "AAAA"],
            ["kty": "unheard of"],
        ])
        #expect(set.count == 1)
    }

    @Test func `keys that say what they are for are taken`() async throws {
        let set = try await Forge.keySet([
            pairs.ecKey(extra: ["use": "sig", "alg": "ES256", "key_ops": ["verify"]]),
            pairs.rsaKey(extra: ["use": "sig", "alg": "RS256", "x5t": "abc", "x5c": ["abc"]]),
            pairs.edKey(extra: ["alg": "EdDSA"]),
        ])
        #expect(set.count == 3)
    }

    @Test func `a broken key refuses the whole set`() async throws {
        let small = try RSAPair(bits: 1024)
        let broken: [[String: Any]] = [
            pairs.ecKey(extra: ["x": "AAAA"]),
            pairs.ecKey(extra: ["y": String(repeating: "A", count: 43)]),
            pairs.ecKey(extra: ["x": "not base64url!"]),
            ["kty": "EC", "crv": "P-256", "kid": "no point"],
            pairs.edKey(extra: ["x": "AA"]),
            pairs.rsaKey(extra: ["n": ""]),
            pairs.rsaKey(extra: ["n": small.modulus]),
        ]
        for key in broken {
            await #expect(throws: AuthError.self) { try await Forge.keySet([pairs.edKey("good"), key]) }
        }
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[7]}"#, "\u{FEFF}nonsense"])
    func `what is no key set is refused`(text: String) async throws {
        await #expect(throws: AuthError.self) {
            try await KeySet(json: Array(text.utf8), logger: .init(label: "test"))
        }
    }

    @Test func `a key set is read from its file, and a missing file is named`() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write("keys.json", Forge.json(["keys": [pairs.ecKey()]]), mode: 0o644)
        let set = try await KeySet.load(path: folder.path + "/keys.json", logger: .init(label: "test"))
        #expect(set.count == 1)
        let missing = folder.path + "/nothing.json"
        await #expect {
            try await KeySet.load(path: missing, logger: .init(label: "test"))
        } throws: { error in
            "\(error)".contains(missing)
        }
    }
}
