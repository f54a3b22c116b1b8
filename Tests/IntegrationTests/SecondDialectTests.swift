import BSON
import Chat
import ChatClient
import MongoStore
import TestSupport
import Testing

@Suite("chat.v2, over real sockets on a real database")
struct SecondDialectTests {
    @Test("A socket begins with hello, then history, then who is here; every frame names the room")
    func hello() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            #expect(alice.connection.subprotocol == "chat.v2")
            let hello = try await alice.frame()
            #expect(hello.type == "hello")
            #expect(hello["user_id"]?.text == "alice")
            #expect(hello["heartbeat_ms"]?.int == 10_000)
            #expect(hello["limits"]?["content_characters"]?.int == 8_000)
            #expect(hello["expires_at"]?.text?.hasSuffix("Z") == true)
            let history = try await alice.frame()
            #expect(history.type == "history")
            #expect(history["cursor"] == hello["cursor"])
            let presence = try await alice.frame()
            #expect(presence["online_users"] == .array([.text("alice")]))
            for frame in [hello, history, presence] { #expect(frame["room_id"]?.text == "lobby") }
        }
    }

    @Test("Both dialects of a room hear the same messages in the same order")
    func bothDialects() async throws {
        try await ChatFixture.with { chat in
            let old = try await chat.join("lobby", "old")
            let new = try await chat.joinV2("lobby", "new")
            for number in 1...20 {
                try await (number % 2 == 0 ? old : new).say("message \(number)", clientID: "m\(number)")
            }
            for seq in 1...20 {
                let (left, right) = (try await old.next("message"), try await new.next("message"))
                #expect(left["seq"]?.int == seq)
                #expect(left["cursor"] == nil)
                #expect(right["cursor"]?.text != nil)
                #expect(right["_id"] == left["_id"])
            }
            try await new.say("one more", clientID: "last")
            let acknowledged = try await new.next("ack") { $0["ref"]?.text == "last" }
            #expect(acknowledged["room_id"]?.text == "lobby")
        }
    }

    @Test("A cursor brings everything missed, in order, from memory and from the database, also after a restart")
    func resume() async throws {
        try await ChatFixture.with(environment: ["CHAT_RECENT_MESSAGES": "50"]) { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let start = try #require(try await alice.frame()["cursor"]?.text)
            let writer = try await chat.join("lobby", "writer")
            var cursors = [start]
            for number in 1...150 { try await writer.say("message \(number)") }
            for _ in 1...150 { cursors.append(try #require(try await alice.next("message")["cursor"]?.text)) }
            for from in [0, 1, 120, 149, 150] {
                try await expectResume(chat, from: from, cursors[from], to: 150)
            }
            await chat.server.stop()
            let restarted = try await ChatServer.start(
                uri: chat.uri, database: chat.database, environment: ["CHAT_RECENT_MESSAGES": "50"])
            try await expectResume(chat, from: 7, cursors[7], to: 150, on: restarted)
            await restarted.stop()
        }
    }

    private func expectResume(
        _ chat: ChatFixture, from: Int, _ cursor: String, to last: Int, on server: ChatServer? = nil
    ) async throws {
        let socket = try await chat.joinV2("lobby", "alice", cursor: cursor, on: server)
        #expect(try await socket.frame().type == "hello")
        for seq in stride(from: from + 1, through: last, by: 1) {
            let frame = try await socket.frame()
            #expect(frame.type == "message")
            #expect(frame["seq"]?.int == seq)
        }
        let resumed = try await socket.frame()
        #expect(resumed.type == "resumed")
        #expect(resumed["from"]?.int == from)
        #expect(resumed["to"]?.int == last)
        #expect(resumed["count"]?.int == last - from)
        await socket.connection.close()
    }

    @Test("Who missed more than 1,000 messages gets resync and history")
    func resync() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "0"]) { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let start = try #require(try await alice.frame()["cursor"]?.text)
            for number in 1...1_001 { try await alice.say("message \(number)", clientID: "m\(number)") }
            var last: JSON?
            while last?["seq"]?.int != 1_001 { last = try await alice.next("message") }
            let again = try await chat.joinV2("lobby", "alice", cursor: start)
            _ = try await again.frame()
            let resync = try await again.frame()
            #expect(resync.type == "resync")
            #expect(resync["reason"]?.text == "too_far")
            #expect(resync["cursor"] == last?["cursor"])
            #expect(try await again.frame()["messages"]?.array?.count == 50)
        }
    }

    @Test("A cursor that is none, of another room or in the wrong dialect is refused before the upgrade")
    func badCursors() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let cursor = try #require(try await alice.frame()["cursor"]?.text)
            for (path, protocols) in [
                ("/chat/lobby?cursor=nonsense", ["chat.v2"]), ("/chat/other?cursor=\(cursor)", ["chat.v2"]),
                ("/chat/lobby?cursor=\(cursor)", []), ("/chat/lobby?after_id=xyz", []),
                ("/chat/lobby?after_id=6b03f7f2d8406175c8cd7193", ["chat.v2"]),
            ] {
                await #expect(throws: UpgradeRefused.self, "\(path)") {
                    do {
                        _ = try await chat.open(path, "alice", subprotocols: protocols)
                    } catch let error as UpgradeRefused {
                        #expect(error.response.status == 400, "\(path)")
                        throw error
                    }
                }
            }
        }
    }

    @Test("Basic dialect: after_id brings what is newer instead of the last 50")
    func afterID() async throws {
        try await ChatFixture.with(environment: ["CHAT_RECENT_MESSAGES": "50"]) { chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...120 { try await alice.say("message \(number)") }
            var ids: [String] = []
            for _ in 1...120 { ids.append(try #require(try await alice.next("message")["_id"]?.text)) }
            for known in [10, 100, 120] {
                let socket = try await chat.open("/chat/lobby?after_id=\(ids[known - 1])", "bob")
                let history = try await socket.frame()
                #expect(history.type == "history")
                #expect(history["messages"]?.array?.compactMap { $0["seq"]?.int } == Array((known + 1)..<121))
                #expect(history["gap"] == nil)
            }
        }
    }

    @Test("POST stores a message through the same path, once, and the room hears it")
    func post() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let body = #"{"content":"from a bot","client_id":"b1"}"#
            let (status, first) = try await chat.post("/chat/lobby/messages", "bot", body)
            #expect(status == 201)
            #expect(first["duplicate"]?.bool == false)
            let seen = try await alice.next("message")
            #expect(seen["_id"] == first["_id"])
            #expect(seen["user_id"]?.text == "bot")
            let (again, second) = try await chat.post("/chat/lobby/messages", "bot", body)
            #expect(again == 200)
            #expect(second["duplicate"]?.bool == true)
            #expect(second["_id"] == first["_id"])
            for (bad, expected) in [
                (#"{"content":"other","client_id":"b1"}"#, 409), (#"{"content":""}"#, 400), ("[]", 400),
                (#"{"type":"typing","typing":true}"#, 400),
                (#"{"content":"\#(String(repeating: "x", count: 8_001))"}"#, 413),
            ] {
                #expect(try await chat.post("/chat/lobby/messages", "bot", bad).status == expected)
            }
            #expect(try await chat.withDatabase { try $0.count("messages", ["room_id": "lobby"]) } == 1)
            #expect(try await chat.withDatabase { try $0.count("members", ["user_id": "bot"]) } == 1)
        }
    }

    @Test("A socket that sends too much is told so, and when to go on; nobody else notices")
    func rateLimit() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "5"]) { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let bob = try await chat.joinV2("lobby", "bob")
            for number in 1...30 { try await alice.say("message \(number)", clientID: "m\(number)") }
            let refused = try await alice.next("error")
            #expect(refused["code"]?.text == "rate_limited")
            #expect(refused["temporary"]?.bool == true)
            #expect(try #require(refused["retry_after_ms"]?.int) > 0)
            #expect(refused["ref"]?.text?.hasPrefix("m") == true)
            try await bob.say("still here", clientID: "b")
            _ = try await bob.next("ack")
        }
    }
}
