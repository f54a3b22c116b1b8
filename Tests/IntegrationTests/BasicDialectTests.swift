import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

@Suite("Basic dialect, over real sockets on a real database")
struct BasicDialectTests {
    @Test("A room whose newest messages are as long as they may be can be joined, and read on")
    func longHistory() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let content = String(repeating: "😀", count: 8_000)
            for number in 1...50 {
                let answer = try await chat.post(
                    "/chat/lobby/messages", "alice", #"{"content":"\#(content)","client_id":"\#(number)"}"#)
                #expect(answer.status == 201)
            }
            // More than may wait for a slow reader.
            for subprotocols in [[], ["chat.v2"]] {
                let bob = try await chat.open("/chat/lobby", "bob", subprotocols: subprotocols)
                let history = try await bob.next("history")
                #expect(history["messages"]?.array?.count == 50)
                try await alice.say("short")
                _ = try await bob.next("message") { $0["content"]?.text == "short" }
                await bob.connection.close()
            }
        }
    }

    @Test("A joiner gets history first, then its own join notice, then presence")
    func joining() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let history = try await alice.frame()
            #expect(history == .object(["type": .text("history"), "messages": .array([])]))
            let notice = try await alice.frame()
            #expect(notice.type == "system")
            #expect(notice["content"]?.text == "User alice joined the chat")
            #expect(notice["user_id"]?.text == "alice")
            #expect(notice["timestamp"]?.text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            #expect(notice.keys == ["type", "content", "user_id", "timestamp"])
            let presence = try await alice.frame()
            #expect(presence == presenceFrame(["alice"]))
        }
    }

    @Test("A message reaches everyone, the sender included, with its place and time")
    func message() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            _ = try await bob.next("presence")
            try await alice.say("Hello, Grüezi, こんにちは 👋")
            let seen = try await bob.next("message")
            #expect(try await alice.next("message") == seen)
            #expect(
                seen.keys == ["type", "_id", "room_id", "seq", "user_id", "username", "content", "timestamp"])
            #expect(seen["seq"]?.int == 1)
            #expect(seen["room_id"]?.text == "lobby")
            #expect(seen["user_id"]?.text == "alice")
            #expect(seen["content"]?.text == "Hello, Grüezi, こんにちは 👋")
            #expect(seen["_id"]?.text?.wholeMatch(of: /[0-9a-f]{24}/) != nil)
            // A missing type means message; no client_id, no acknowledgement.
            try await bob.send(#"{"content":"plain"}"#)
            #expect(try await alice.next("message")["seq"]?.int == 2)
            let rest = try await bob.drained()
            #expect(rest.contains { $0["content"]?.text == "plain" })
            #expect(!rest.contains { $0.type == "ack" })
        }
    }

    @Test("A message with a client_id is acknowledged; sent again it is not stored again, also after a restart")
    func acknowledgement() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            try await alice.say("once", clientID: "c1")
            let first = try await alice.next("ack")
            #expect(first.keys == ["type", "ref", "_id", "seq", "timestamp", "duplicate"])
            #expect(first["ref"]?.text == "c1")
            #expect(first["duplicate"]?.bool == false)
            try await alice.say("once", clientID: "c1")
            let second = try await alice.next("ack")
            #expect(second["duplicate"]?.bool == true)
            #expect(second["_id"] == first["_id"])
            #expect(second["seq"] == first["seq"])
            try await alice.say("another text", clientID: "c1")
            #expect(try await alice.next("error")["code"]?.text == "conflict")

            await chat.server.stop()
            let restarted = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let again = try await chat.join("lobby", "alice", on: restarted)
            #expect(try await again.frame()["messages"]?.array?.count == 1)
            try await again.say("once", clientID: "c1")
            let third = try await again.next("ack")
            #expect(third["duplicate"]?.bool == true)
            #expect(third["_id"] == first["_id"])
            await restarted.stop()
        }
    }

    @Test("A user with several sockets joins with the first and leaves with the last")
    func severalSockets() async throws {
        try await ChatFixture.with { chat in
            let watcher = try await chat.join("lobby", "watcher")
            _ = try await watcher.next("presence")
            let first = try await chat.join("lobby", "alice")
            let joined = try await watcher.next("system")
            #expect(joined["content"]?.text == "User alice joined the chat")
            _ = try await watcher.next("presence")
            let second = try await chat.join("lobby", "alice")
            // The second socket gets its history and presence, and nobody a notice.
            #expect(try await second.frame().type == "history")
            #expect(try await second.frame() == presenceFrame(["watcher", "alice"]))
            await first.connection.close()
            #expect(try await watcher.drained().filter { $0.type == "system" }.isEmpty)
            await second.connection.close()
            let left = try await watcher.next("system")
            #expect(left["content"]?.text == "User alice left the chat")
            #expect(try await watcher.next("presence") == presenceFrame(["watcher"]))
        }
    }

    @Test("Typing is told to everyone but the typer, and ends by sending")
    func typing() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            _ = try await bob.next("presence")
            try await alice.send(#"{"type":"typing","typing":true}"#)
            #expect(try await bob.next("typing")["users"] == .array([.text("alice")]))
            try await alice.say("done")
            #expect(try await bob.next("typing")["users"] == .array([]))
            #expect(try await alice.drained().filter { $0.type == "typing" }.isEmpty)
        }
    }

    @Test("Typing ends by itself after six seconds")
    func typingExpires() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            let start = ContinuousClock.now
            try await alice.send(#"{"type":"typing","typing":true}"#)
            #expect(try await bob.next("typing")["users"] == .array([.text("alice")]))
            #expect(try await bob.next("typing")["users"] == .array([]))
            #expect(start.duration(to: .now) > .seconds(5))
        }
    }

    @Test("Presence is repeated within ten seconds or little more")
    func presenceRepeats() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            _ = try await alice.next("presence")
            let start = ContinuousClock.now
            #expect(try await alice.next("presence") == presenceFrame(["alice"]))
            #expect(start.duration(to: .now) < .seconds(12))
        }
    }

    @Test("The events socket hears of everything, and makes nobody a member or online")
    func events() async throws {
        try await ChatFixture.with { chat in
            let events = try await chat.open("/chat/lobby/events", "listener")
            let alice = try await chat.join("lobby", "alice")
            let joined = try await events.next("system")
            #expect(joined.keys == ["type", "data"])
            #expect(joined["data"]?["user_id"]?.text == "alice")
            #expect(
                try await events.next("presence")["data"]
                    == .object(["online_users": .array([.text("alice")]), "count": .number(1)]))
            try await alice.send(#"{"type":"typing","typing":true}"#)
            #expect(try await events.next("typing")["data"]?["users"] == .array([.text("alice")]))
            try await alice.say("to all")
            let message = try await events.next("message")
            #expect(message["data"]?["content"]?.text == "to all")
            #expect(message["data"]?.keys.contains("type") == false)
            try await events.say("may I?")
            #expect(try await events.next("error")["code"]?.text == "bad_request")
            await alice.connection.close()
            #expect(try await events.next("system")["data"]?["content"]?.text == "User alice left the chat")
            let members = try await chat.withDatabase { try $0.distinct("members", "user_id") }
            #expect(members.compactMap { if case .string(let id) = $0 { id } else { nil } } == ["alice"])
        }
    }

    private func presenceFrame(_ users: [String]) -> JSON {
        .object([
            "type": .text("presence"), "online_users": .array(users.map(JSON.text)),
            "count": .number(Double(users.count)),
        ])
    }
}
