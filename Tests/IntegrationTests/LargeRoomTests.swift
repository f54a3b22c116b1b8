import BSON
import ChatClient
import Foundation
import MongoStore
import TestSupport
import Testing

/// What members cost who are not there. With `TEST_FULL` the large room has 100,000 of them, which takes a minute to fill.
@Suite("A room with very many members", .timeLimit(.minutes(10)))
struct LargeRoomTests {
    private static let count = ProcessInfo.processInfo.environment["TEST_FULL"] == nil ? 5_000 : 100_000
    private static let messages = 50

    /// What a conversation asked of the database, and how long each message took.
    private struct Cost {
        var commands: [String: Int]
        var answerBytes: Int
        var perMessage: Duration
    }

    @Test(
        "They make no message, no read and no unread count dearer: the database is asked the same, and answers as much")
    func cost() async throws {
        let tap = CommandTap()
        let port = try #require(try TestEnvironment.mongoURI().firstMatch(of: #/:(\d+)/#).flatMap { Int($0.1) })
        let proxy = try await FaultProxy.start(target: port, options: .init(tap: tap))
        try await ChatFixture.with(uri: "mongodb://127.0.0.1:\(proxy.port)/?directConnection=true") { chat in
            try await chat.makeRoom("large", "public", by: "alice")
            try await chat.makeRoom("small", "public", by: "alice")
            try await fill("large", Self.count, chat)
            try await fill("small", 10, chat)
            let small = try await talk(in: "small", chat, tap)
            let large = try await talk(in: "large", chat, tap)
            print("a message in a room of 10 took \(small.perMessage), in one of \(Self.count) \(large.perMessage)")
            print(
                "small: \(small.commands) \(small.answerBytes) bytes\nlarge: \(large.commands) \(large.answerBytes) bytes"
            )
            #expect(small.commands["insert messages"] == Self.messages)
            #expect(large.commands["insert messages"] == Self.messages)
            // Those that go with time, not with what is said, may be one more or less.
            for (command, count) in large.commands where !Self.isTimed(command) {
                #expect(small.commands[command] == count, "\(command)")
            }
            #expect(large.commands["find members", default: 0] <= 1)
            #expect(large.commands["find messages", default: 0] <= small.commands["find messages", default: 0] + 1)
            #expect(large.answerBytes < small.answerBytes * 2)
        }
        await proxy.stop()
    }

    /// Sends, reads, and asks what is unread.
    private func talk(in room: String, _ chat: ChatFixture, _ tap: CommandTap) async throws -> Cost {
        let alice = try await chat.joinV2(room, "alice")
        let bob = try await chat.joinV2(room, "bob")
        _ = try await alice.said("before")
        _ = try await bob.next("message")
        #expect(try await bob.refusal(#""type":"read","seq":1"#) == nil)
        _ = tap.take()
        let start = ContinuousClock.now
        for number in 1...Self.messages {
            _ = try await alice.said("message \(number)")
            #expect(try await bob.refusal(#""type":"read","seq":\#(number + 1)"#) == nil)
        }
        let time = start.duration(to: .now)
        let unread = try await chat.get("/users/me/unread", "carol").body["rooms"]?.array ?? []
        #expect(unread.first { $0["room_id"]?.text == room }?["unread"]?.int == Self.messages + 1)
        let counts = tap.take()
        for socket in [alice, bob] { await socket.connection.close() }
        return Cost(
            commands: counts.commands, answerBytes: counts.answerBytes, perMessage: time / Self.messages)
    }

    private static func isTimed(_ command: String) -> Bool {
        ["hello", "ping", "getMore", "endSessions"].contains { command.hasPrefix($0) }
            || ["rooms", "signals", "revocations", "schema", "search", "users", "changes"].contains {
                command.contains($0)
            }
            || command.hasPrefix("update")
            // Each room's log is looked at now and then.
            || command == "find messages"
    }

    private func fill(_ room: String, _ count: Int, _ chat: ChatFixture) async throws {
        let ids = ObjectIDGenerator()
        try await chat.withDatabase { connection in
            for start in stride(from: 0, to: count, by: 1_000) {
                let members = (start..<min(start + 1_000, count)).map { number -> BSONDocument in
                    let user = number == 0 ? "carol" : "member-\(number)"
                    return [
                        "_id": .objectID(ids.next()), "room_id": .string(room), "user_id": .string(user),
                        "role": "member",
                        "joined_at": .datetime(milliseconds: 1_700_000_000_000), "joined_seq": 0, "read_seq": 0,
                        "notify": "all",
                    ]
                }
                let outcome = try connection.insert("members", members, ordered: false)
                if let error = outcome.writeErrors.first { throw error.error }
            }
        }
    }
}
