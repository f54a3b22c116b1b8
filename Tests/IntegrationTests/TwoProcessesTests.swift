import BSON
import MongoStore
import TestSupport
import Testing

@Suite("Two processes on one database")
struct TwoProcessesTests {
    @Test("Both write into one room: one order without a hole, the same for everybody")
    func oneOrder() async throws {
        try await ChatFixture.with { chat in
            let other = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob", on: other)
            let count = 50
            for number in 1...count {
                try await alice.say("a\(number)", clientID: "a\(number)")
                try await bob.say("b\(number)", clientID: "b\(number)")
            }
            var seen: [[String]] = []
            for socket in [alice, bob] {
                var contents: [String] = []
                while contents.count < 2 * count {
                    let message = try await socket.next("message")
                    #expect(message["seq"]?.int == contents.count + 1)
                    contents.append(message["content"]?.text ?? "")
                }
                seen.append(contents)
            }
            #expect(seen[0] == seen[1])
            // Each of the two keeps its own order.
            for name in ["a", "b"] {
                #expect(seen[0].filter { $0.hasPrefix(name) } == (1...count).map { "\(name)\($0)" })
            }
            let stored = try await chat.withDatabase { try $0.count("messages", ["room_id": "lobby"]) }
            #expect(stored == 2 * count)
            await other.stop()
        }
    }

    @Test("A message sent to one and again to the other is stored once")
    func once() async throws {
        try await ChatFixture.with { chat in
            let other = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let here = try await chat.join("lobby", "alice")
            let there = try await chat.join("lobby", "alice", on: other)
            try await here.say("once", clientID: "c")
            let first = try await here.next("ack")
            try await there.say("once", clientID: "c")
            let second = try await there.next("ack")
            #expect(second["duplicate"]?.bool == true)
            #expect(second["_id"] == first["_id"])
            #expect(second["seq"] == first["seq"])
            await other.stop()
        }
    }
}
