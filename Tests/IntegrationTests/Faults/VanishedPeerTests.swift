import TestSupport
import Testing

extension FaultTests {
    @Suite("A peer that vanishes without a goodbye")
    struct VanishedPeerTests {
        @Test("It is noticed within 30 seconds, and its user goes offline", .timeLimit(.minutes(2)))
        func goesOffline() async throws {
            try await ChatFixture.with { chat in
                let proxy = try await FaultProxy.start(target: chat.server.port)
                let bob = try await chat.join("lobby", "bob")
                let alice = try await chat.join("lobby", "alice", through: proxy)
                _ = try await bob.next("presence") { $0["count"]?.int == 2 }
                // Both ways and without an end: what half-open TCP looks like to the service.
                await proxy.stall(.both)
                let start = ContinuousClock.now
                let left = try await bob.next("system")
                #expect(left["content"]?.text == "User alice left the chat")
                #expect(start.duration(to: .now) < .seconds(31))
                #expect(try await bob.next("presence")["online_users"] == .array([.text("bob")]))
                // Who was only cut off for a while learns of it.
                await proxy.heal()
                #expect([4003, nil].contains(try await alice.closeCode()))
                await proxy.stop()
            }
        }
    }
}
