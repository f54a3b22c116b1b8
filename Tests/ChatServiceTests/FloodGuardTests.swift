import Chat
import Testing

@testable import ChatService

@Suite("Who floods a room")
struct FloodGuardTests {
    @Test("As many messages as are allowed in ten seconds pass at once, and then one for each tenth of it")
    func bucket() throws {
        var flood = FloodGuard(messages: 10)
        var now: Int64 = 1_000_000
        func take() -> Int64? { flood.take(now: Timestamp(milliseconds: now)) }
        for _ in 0..<10 { #expect(take() == nil) }
        let wait = try #require(take())
        #expect((1...1_000).contains(wait))
        now += wait
        #expect(take() == nil)
        #expect(take() != nil)
        now += 10_000
        for _ in 0..<10 { #expect(take() == nil) }
        #expect(take() != nil)
    }

    @Test("Waiting as long as one is told is always enough")
    func waiting() {
        for messages: Int64 in [1, 3, 7, 100, 999] {
            var flood = FloodGuard(messages: messages)
            var now: Int64 = 5
            for _ in 0..<1_000 {
                guard let wait = flood.take(now: Timestamp(milliseconds: now)) else { continue }
                now += wait
                #expect(flood.take(now: Timestamp(milliseconds: now)) == nil)
            }
        }
    }

    @Test("Without a limit everything passes, and a clock that goes back does no harm")
    func edges() {
        var free = FloodGuard(messages: 0)
        for _ in 0..<1_000 { #expect(free.take(now: Timestamp(milliseconds: 1)) == nil) }
        var flood = FloodGuard(messages: 2)
        #expect(flood.take(now: Timestamp(milliseconds: 100_000)) == nil)
        #expect(flood.take(now: Timestamp(milliseconds: 1)) == nil)
        #expect(flood.take(now: Timestamp(milliseconds: 1)) != nil)
    }
}
