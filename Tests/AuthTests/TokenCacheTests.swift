import Chat
import Crypto
import Synchronization
import Testing

@testable import Auth

@Suite struct TokenCacheTests {
    func digest(_ number: Int) -> SHA256Digest { SHA256.hash(data: Array("\(number)".utf8)) }

    func entry(_ name: String) throws -> TokenCache.Entry {
        TokenCache.Entry(
            identity: Identity(userID: try UserID(name), username: name, expiresAt: 1), expiresAt: 1, notBefore: nil)
    }

    @Test func `it never holds more than its capacity`() throws {
        let cache = TokenCache(capacity: 100)
        var highest = 0
        for number in 0..<1_000 {
            cache.store(try entry("u\(number)"), for: digest(number))
            highest = max(highest, cache.count)
        }
        #expect(highest == 100)
        #expect(cache.entry(for: digest(999))?.identity.username == "u999")
        #expect(cache.entry(for: digest(0)) == nil)
    }

    @Test func `what is asked for stays while others pass`() throws {
        let cache = TokenCache(capacity: 10)
        cache.store(try entry("kept"), for: digest(-1))
        for number in 0..<200 {
            cache.store(try entry("u\(number)"), for: digest(number))
            #expect(cache.entry(for: digest(-1))?.identity.username == "kept")
        }
    }

    @Test func `a capacity of zero holds nothing`() throws {
        let cache = TokenCache(capacity: 0)
        cache.store(try entry("u"), for: digest(1))
        #expect(cache.count == 0)
    }

    @Test func `a remembered token expires all the same`() throws {
        let clock = Clock(Forge.now)
        let verifier = try TokenVerifier(.init(secret: try SigningSecret(Forge.secret)), now: { clock.now })
        let token = Forge.hs256(["sub": "alice", "exp": 1_800_000_010])
        #expect(refusal(of: token, by: verifier) == nil)
        #expect(refusal(of: token, by: verifier) == nil)
        clock.now = 1_800_000_015
        #expect(refusal(of: token, by: verifier) == .expired)
        clock.now = Forge.now
        #expect(refusal(of: token, by: verifier) == nil)
    }

    @Test func `a refused token is not remembered as a good one`() throws {
        let verifier = try Forge.verifier()
        let token = Forge.hs256(key: "another secret of at least 32 bytes")
        #expect(refusal(of: token, by: verifier) == .badSignature)
        #expect(refusal(of: token, by: verifier) == .badSignature)
    }

    @Test func `many threads verify at once`() async throws {
        let verifier = try Forge.verifier { $0.cacheCapacity = 8 }
        let tokens = (0..<32).map { Forge.hs256(["sub": "u\($0)", "exp": 1_900_000_000]) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for (number, token) in tokens.enumerated() {
                        let identity = try verifier.verify(token)
                        #expect(identity.userID.rawValue == "u\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// A clock that a test sets.
final class Clock: Sendable {
    private let seconds: Mutex<Double>

    init(_ now: Double) { self.seconds = Mutex(now) }

    var now: Double {
        get { seconds.withLock { $0 } }
        set { seconds.withLock { $0 = newValue } }
    }
}
