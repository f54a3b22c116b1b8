import Foundation
import Testing

@testable import Auth

@Suite struct HostileTokenTests {
    @Test(arguments: [
        "", ".", "..", "...", "....", "a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e", "e30.e30.", "e30.e30.e30", "🙂.🙂.🙂",
        "e30=.e30=.e30=", " e30.e30.e30", "e30.e30.e30\n", "\u{0}.\u{0}.\u{0}", "Ng.Ng.Ng", "W10.W10.W10",
        "bnVsbA.bnVsbA.bnVsbA",
    ])
    func `text that is no token is refused as malformed`(text: String) throws {
        #expect(refusal(of: text, by: try Forge.verifier()) == .malformedToken)
    }

    @Test(arguments: ["=", "==", "+", "/", " ", "\n", "~", "é"])
    func `base64url is strict`(extra: String) throws {
        let token = Forge.hs256()
        let dot = try #require(token.firstIndex(of: "."))
        var changed = token
        changed.insert(contentsOf: extra, at: dot)
        #expect(refusal(of: changed, by: try Forge.verifier()) == .malformedToken)
        #expect(refusal(of: token + extra, by: try Forge.verifier()) == .malformedToken)
    }

    @Test func `another spelling of the same signature is refused`() throws {
        // 32 bytes are 43 characters, whose last has two unused bits.
        let token = Forge.hs256()
        let last = try #require(token.utf8.last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let index = try #require(alphabet.firstIndex(of: last))
        for other in 1...3 {
            let changed = token.dropLast() + String(UnicodeScalar(alphabet[index ^ other]))
            #expect(refusal(of: String(changed), by: try Forge.verifier()) == .malformedToken)
        }
    }

    @Test func `headers and payloads that are no JSON objects in UTF-8 are refused`() throws {
        let verifier = try Forge.verifier()
        let good = Forge.json(Forge.claims)
        let header = Forge.json(["alg": "HS256"])
        let utf16 = [UInt8](try #require(String(decoding: good, as: UTF8.self).data(using: .utf16LittleEndian)))
        let bad: [[UInt8]] = [
            [], [0x7B], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF] + good, utf16, good.dropLast(), good + good,
            Array("[]".utf8), Array("null".utf8), Array("{\"sub\":\"\u{FFFD}".utf8),
            [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D],
            [UInt8](repeating: 0x5B, count: 5000), Array(String(repeating: "{\"a\":", count: 1100).utf8),
            Array((#"{"sub":"a","x":"# + String(repeating: "[", count: 5000)).utf8),
            Array(#"{"sub":"\ud800","exp":1900000000}"#.utf8),
        ]
        for bytes in bad {
            let asPayload = refusal(of: Forge.hs256(headerBytes: header, payload: bytes), by: verifier)
            #expect(asPayload == .malformedToken || asPayload == .invalidClaim)
            #expect(refusal(of: Forge.hs256(headerBytes: bytes, payload: good), by: verifier) == .malformedToken)
        }
    }

    @Test(arguments: [#"{}"#, #"{"alg":null}"#, #"{"typ":"JWT"}"#])
    func `a header without an algorithm is refused`(header: String) throws {
        let token = Forge.hs256(headerBytes: Array(header.utf8), payload: Forge.json(Forge.claims))
        #expect(refusal(of: token, by: try Forge.verifier()) != nil)
    }

    @Test(arguments: [#"{"alg":1}"#, #"{"alg":["HS256"]}"#, #"{"alg":"HS256","kid":7}"#, #"{"alg":"HS256","kid":{}}"#])
    func `a header field of a wrong type is refused`(header: String) throws {
        let token = Forge.hs256(headerBytes: Array(header.utf8), payload: Forge.json(Forge.claims))
        #expect(refusal(of: token, by: try Forge.verifier()) == .invalidClaim)
    }

    @Test func `ten thousand mutations of a token are all refused and none traps`() throws {
        let verifier = try Forge.verifier()
        let token = Array(Forge.hs256().utf8)
        var generator = Mutations(state: 0x5EED)
        var accepted: [String] = []
        for _ in 0..<10_000 {
            var bytes = token
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(UInt8(ascii: "."), at: index)
                default: bytes.append(contentsOf: bytes[index...])
                }
            }
            guard bytes != token else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            if refusal(of: text, by: verifier) == nil { accepted.append(text) }
        }
        #expect(accepted == [])
    }

    @Test func `signed payloads of random bytes are answered without a trap`() throws {
        let verifier = try Forge.verifier()
        let header = Forge.json(["alg": "HS256"])
        let payload = Forge.json(["sub": "alice", "exp": 1_900_000_000, "aud": ["a"], "name": "é"])
        var generator = Mutations(state: 0xFEED)
        for _ in 0..<2_000 {
            var bytes = payload
            for _ in 0...3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = refusal(of: Forge.hs256(headerBytes: header, payload: bytes), by: verifier)
        }
    }
}

/// The same sequence each time (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, 2014).
struct Mutations: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
