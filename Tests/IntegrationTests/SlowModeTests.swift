import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Slow mode in a room that several processes serve", .serialized)
struct SlowModeTests {
    private let talk = #""type":"message","content":"more""#

    private func makeHall(_ chat: ChatFixture, slowMode seconds: Int) async throws {
        try await chat.makeRoom("hall", "public")
        let patch = #"{"settings":{"slow_mode":\#(seconds)}}"#
        #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
    }

    @Test("Who has spoken by one process waits by another, on open sockets and over REST")
    func twoProcesses() async throws {
        try await ChatFixture.with { chat in
            try await makeHall(chat, slowMode: 600)
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let here = try await chat.joinV2("hall", "bob")
            let there = try await chat.joinV2("hall", "bob", on: second)
            let listener = try await chat.joinV2("hall", "eve", on: second)
            _ = try await here.said("first")
            _ = try await listener.next("message") { $0["content"]?.text == "first" }
            #expect(try await there.refusal(talk) == "slow_mode")
            // One whom the other process has never seen.
            let posted = try await chat.post("/chat/hall/messages", "ann", #"{"content":"hello"}"#)
            #expect(posted.status == 201)
            _ = try await listener.next("message") { $0["content"]?.text == "hello" }
            let again = try await chat.post("/chat/hall/messages", "ann", #"{"content":"more"}"#, on: second)
            #expect(again.body["error"]?["code"]?.text == "slow_mode")
            #expect((again.body["error"]?["retry_after_ms"]?.int ?? 0) > 500_000)
            await second.stop()
        }
    }

    @Test("A process that comes later knows who has spoken; the last message sent again is no second one")
    func later() async throws {
        try await ChatFixture.with { chat in
            try await makeHall(chat, slowMode: 600)
            let bob = try await chat.joinV2("hall", "bob")
            try await bob.say("first", clientID: "c1")
            let id = try await bob.next("ack")["_id"]
            // More than is kept in memory for those who come.
            let owner = try await chat.joinV2("hall", "owner")
            for number in 1...120 { try await owner.say("\(number)", clientID: "o\(number)") }
            _ = try await owner.answer(to: "o120")
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let there = try await chat.joinV2("hall", "bob", on: second)
            #expect(try await there.refusal(talk) == "slow_mode")
            try await there.say("first", clientID: "c1")
            let again = try await there.answer(to: "c1")
            #expect(again["_id"] == id && again["duplicate"]?.bool == true)
            await second.stop()
        }
    }

    @Test("Slow mode that is switched on by one process holds in the other for those who have just spoken")
    func switchedOn() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let here = try await chat.joinV2("hall", "bob")
            let there = try await chat.joinV2("hall", "bob", on: second)
            _ = try await here.said("first")
            _ = try await there.next("message") { $0["content"]?.text == "first" }
            let patch = #"{"settings":{"slow_mode":600}}"#
            #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
            _ = try await there.next("room_updated")
            // Behind what is told the rules hold.
            var answer: String?
            let deadline = ContinuousClock.now + .seconds(15)
            while answer == nil, ContinuousClock.now < deadline {
                answer = try await there.refusal(#""type":"typing","typing":true,"x":1"#, orPongTo: "p")
            }
            #expect(answer == "slow_mode")
            await second.stop()
        }
    }
}
