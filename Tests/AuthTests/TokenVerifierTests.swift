import Chat
import Foundation
import Testing

@testable import Auth

@Suite struct TokenVerifierTests {
    @Test func `a token of the shared secret names its user`() throws {
        let token = Forge.hs256(["sub": "u-1", "name": "Ada", "exp": 1_800_000_100, "jti": "t1"])
        let identity = try Forge.verifier().verify(token)
        #expect(
            identity
                == Identity(userID: try UserID("u-1"), username: "Ada", expiresAt: 1_800_000_100, tokenID: "t1"))
    }

    @Test func `the preferred username comes before the name, the name before the user id`() throws {
        let verifier = try Forge.verifier()
        func username(_ more: [String: Any]) throws -> String {
            try verifier.verify(Forge.hs256(Forge.claims.merging(more) { $1 })).username
        }
        #expect(try username(["preferred_username": "ada", "name": "Ada Lovelace"]) == "ada")
        #expect(try username(["preferred_username": " \u{7}\t ", "name": "Ada Lovelace"]) == "Ada Lovelace")
        #expect(try username(["name": NSNull()]) == "alice")
        #expect(try username([:]) == "alice")
    }

    @Test func `a user id of 128 bytes of any script is taken as it is`() throws {
        let id = String(repeating: "é", count: 64)
        #expect(try Forge.verifier().verify(Forge.hs256(["sub": id, "exp": 1_900_000_000])).userID.rawValue == id)
    }

    @Test(arguments: ["none", "None", "NONE", "", "HS384", "HS512", "hs256", "RS512", "PS256", "ES384", "dir"])
    func `another algorithm in the header is refused although the signature fits`(name: String) throws {
        #expect(refusal(of: Forge.hs256(header: ["alg": name]), by: try Forge.verifier()) == .algorithmNotAllowed)
    }

    @Test func `a token without a signature is refused`() throws {
        let unsigned = Forge.sign(header: Forge.json(["alg": "none"]), payload: Forge.json(Forge.claims)) { _ in [] }
        #expect(refusal(of: unsigned, by: try Forge.verifier()) == .algorithmNotAllowed)
        let stripped = Forge.hs256().split(separator: ".")[0...1].joined(separator: ".") + "."
        #expect(refusal(of: stripped, by: try Forge.verifier()) == .badSignature)
    }

    @Test func `a token of another secret is refused`() throws {
        let token = Forge.hs256(key: "another secret of at least 32 bytes")
        #expect(refusal(of: token, by: try Forge.verifier()) == .badSignature)
    }

    @Test func `a changed payload is refused`() throws {
        var parts = Forge.hs256().split(separator: ".").map(String.init)
        parts[1] = Base64URL.encode(Forge.json(["sub": "root", "exp": 1_900_000_000]))
        #expect(refusal(of: parts.joined(separator: "."), by: try Forge.verifier()) == .badSignature)
    }

    @Test func `a changed header is refused`() throws {
        var parts = Forge.hs256().split(separator: ".").map(String.init)
        parts[0] = Base64URL.encode(Forge.json(["alg": "HS256", "typ": "JWT"]))
        #expect(refusal(of: parts.joined(separator: "."), by: try Forge.verifier()) == .badSignature)
    }

    @Test func `no bit of the signature may be another`() throws {
        let verifier = try Forge.verifier()
        let parts = Forge.hs256().split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2].utf8))
        for bit in 0..<signature.count * 8 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(refusal(of: "\(parts[0]).\(parts[1]).\(Base64URL.encode(changed))", by: verifier) == .badSignature)
        }
    }

    @Test func `a critical header field is refused`() throws {
        let header: [String: Any] = ["alg": "HS256", "crit": ["b64"], "b64": false]
        #expect(refusal(of: Forge.hs256(header: header), by: try Forge.verifier()) == .criticalHeader)
        #expect(
            refusal(of: Forge.hs256(header: ["alg": "HS256", "crit": NSNull()]), by: try Forge.verifier())
                == .criticalHeader)
    }

    @Test func `a key in the token's own header is never used`() throws {
        let header: [String: Any] = [
            "alg": "HS256", "jwk": ["kty": "oct", "k": "AAAA"], "jku": "https://evil.example",
        ]
        let token = Forge.hs256(header: header, key: "another secret of at least 32 bytes")
        #expect(refusal(of: token, by: try Forge.verifier()) == .badSignature)
    }

    @Test func `an expired token is refused after the leeway`() throws {
        let token = Forge.hs256(["sub": "alice", "exp": 1_800_000_000])
        #expect(refusal(of: token, by: try Forge.verifier(now: 1_800_000_004.9)) == nil)
        #expect(refusal(of: token, by: try Forge.verifier(now: 1_800_000_005)) == .expired)
        let strict = try Forge.verifier(now: 1_800_000_000) { $0.leewaySeconds = 0 }
        #expect(refusal(of: token, by: strict) == .expired)
    }

    @Test func `a token that is not valid yet is refused before the leeway`() throws {
        let token = Forge.hs256(["sub": "alice", "exp": 1_900_000_000, "nbf": 1_800_000_010])
        #expect(refusal(of: token, by: try Forge.verifier(now: 1_800_000_004)) == .notYetValid)
        #expect(refusal(of: token, by: try Forge.verifier(now: 1_800_000_005)) == nil)
    }

    @Test func `a token without an end is refused unless the configuration lets it pass`() throws {
        let token = Forge.hs256(["sub": "alice"])
        #expect(refusal(of: token, by: try Forge.verifier()) == .missingClaim)
        #expect(refusal(of: Forge.hs256(["sub": "a", "exp": NSNull()]), by: try Forge.verifier()) == .missingClaim)
        #expect(try Forge.verifier { $0.requiresExpiration = false }.verify(token).expiresAt == nil)
    }

    @Test func `the issuer must be the configured one`() throws {
        let verifier = try Forge.verifier { $0.issuer = "https://id.example" }
        func token(_ issuer: Any?) -> String {
            Forge.hs256(Forge.claims.merging(issuer.map { ["iss": $0] } ?? [:]) { $1 })
        }
        #expect(refusal(of: token("https://id.example"), by: verifier) == nil)
        #expect(refusal(of: token("https://id.example/"), by: verifier) == .wrongIssuer)
        #expect(refusal(of: token(nil), by: verifier) == .wrongIssuer)
        #expect(refusal(of: token(["https://id.example"]), by: verifier) == .invalidClaim)
    }

    @Test func `the audience must hold one of the configured ones`() throws {
        let verifier = try Forge.verifier { $0.audiences = ["chat", "chat-test"] }
        func token(_ audience: Any?) -> String {
            Forge.hs256(Forge.claims.merging(audience.map { ["aud": $0] } ?? [:]) { $1 })
        }
        #expect(refusal(of: token("chat"), by: verifier) == nil)
        #expect(refusal(of: token(["mail", "chat-test"]), by: verifier) == nil)
        #expect(refusal(of: token("mail"), by: verifier) == .wrongAudience)
        #expect(refusal(of: token([String]()), by: verifier) == .wrongAudience)
        #expect(refusal(of: token(nil), by: verifier) == .wrongAudience)
        #expect(refusal(of: token(["chat", 7] as [Any]), by: verifier) == .invalidClaim)
        #expect(refusal(of: token("mail"), by: try Forge.verifier()) == nil)
    }

    @Test(arguments: [nil, "", "   ", "\u{3000}", "a\nb", "a\u{0}", "\u{1b}[2J", String(repeating: "x", count: 129)])
    func `a missing, blank or disturbing user id is refused`(subject: String?) throws {
        var claims: [String: Any] = ["exp": 1_900_000_000]
        claims["sub"] = subject
        let expected: AuthError.Code = subject == nil ? .missingClaim : .invalidClaim
        #expect(refusal(of: Forge.hs256(claims), by: try Forge.verifier()) == expected)
    }

    @Test(arguments: [
        #"{"sub":7,"exp":1900000000}"#, #"{"sub":["a"],"exp":1900000000}"#, #"{"sub":{"$ne":""},"exp":1900000000}"#,
        #"{"sub":"a","exp":"1900000000"}"#, #"{"sub":"a","exp":true}"#, #"{"sub":"a","exp":1e400}"#,
        #"{"sub":"a","exp":1e300}"#, #"{"sub":"a","exp":1900000000,"nbf":"0"}"#,
        #"{"sub":"a","exp":1900000000,"name":{}}"#,
        #"{"sub":"a","exp":1900000000,"iat":[]}"#, #"{"sub":"a","exp":1900000000,"jti":1}"#,
        #"{"sub":"a","exp":1900000000,"aud":{}}"#,
    ])
    func `a claim of a wrong type or size is refused`(payload: String) throws {
        let token = Forge.hs256(headerBytes: Forge.json(["alg": "HS256"]), payload: Array(payload.utf8))
        let code = refusal(of: token, by: try Forge.verifier())
        #expect(code == .invalidClaim || code == .malformedToken)
    }

    @Test func `a fraction of a second in exp is taken`() throws {
        let token = Forge.hs256(["sub": "a", "exp": 1_800_000_100.75])
        #expect(try Forge.verifier().verify(token).expiresAt == 1_800_000_100)
    }

    @Test func `a token of more than 8 KiB is refused before anything else`() throws {
        let token = Forge.hs256(Forge.claims.merging(["x": String(repeating: "y", count: 6100)]) { $1 })
        #expect(token.utf8.count > 8192)
        #expect(refusal(of: token, by: try Forge.verifier()) == .tokenTooLarge)
        #expect(refusal(of: String(repeating: ".", count: 100_000), by: try Forge.verifier()) == .tokenTooLarge)
    }

    @Test func `an unknown key id is refused, with a shared secret too`() throws {
        let token = Forge.hs256(header: ["alg": "HS256", "kid": "nobody's"])
        #expect(refusal(of: token, by: try Forge.verifier()) == .unknownKey)
    }

    @Test func `a verifier without any key is refused`() throws {
        #expect(throws: AuthError.self) { try TokenVerifier(.init()) }
    }
}
