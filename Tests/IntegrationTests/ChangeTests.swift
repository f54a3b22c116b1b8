import BSON
import Chat
import ChatClient
import MongoStore
import TestSupport
import Testing

@Suite("What becomes of messages, over real sockets on a real database")
struct ChangeTests {
    /// Sends a message and returns its id.
    private func say(_ content: String, _ socket: TestSocket, _ fields: String = "") async throws -> String {
        let ref = "say-\(content)"
        try await socket.send(#"{"type":"message","content":\#(content.json),"client_id":\#(ref.json)\#(fields)}"#)
        let answer = try await socket.next("ack") { $0["ref"]?.text == ref }
        return try #require(answer["_id"]?.text)
    }

    /// Sends a frame and returns the code of the error that answers it, or nil for an acknowledgement.
    private func ask(_ socket: TestSocket, _ fields: String) async throws -> String? {
        let ref = "r\(UInt32.random(in: 0 ... .max))"
        try await socket.send(#"{"ref":"\#(ref)",\#(fields)}"#)
        while true {
            let frame = try await socket.frame()
            guard frame["ref"]?.text == ref else { continue }
            return frame.type == "error" ? frame["code"]?.text : nil
        }
    }

    @Test("An edit reaches both v2 clients and listeners, history shows it, and what it said before is kept")
    func edit() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let listener = try await chat.open("/chat/lobby/events", "listener")
            let id = try await say("first", alice)
            #expect(try await ask(bob, #""type":"edit","message_id":"\#(id)","content":"mine""#) == "forbidden")
            #expect(try await ask(alice, #""type":"edit","message_id":"\#(id)","content":"second""#) == nil)
            let updated = try await bob.next("message_updated")
            #expect(updated["change"]?.text == "edited")
            #expect(updated["message"]?["_id"]?.text == id)
            #expect(updated["message"]?["content"]?.text == "second")
            #expect(updated["message"]?["edited_at"]?.text != nil)
            #expect(try await listener.next("message_updated")["data"]?["message"] == updated["message"])
            let page = try await chat.get("/chat/lobby/history").body
            #expect(page["messages"]?.array?.last == updated["message"])
            // It is so already: nothing happens, and that is fine.
            #expect(try await ask(alice, #""type":"edit","message_id":"\#(id)","content":"second""#) == nil)
            let path = "/chat/lobby/messages/\(id)/revisions"
            #expect(try await chat.get(path, "bob").status == 403)
            let revisions = try await chat.get(path, "alice").body["revisions"]?.array
            #expect(revisions?.compactMap { $0["content"]?.text } == ["first"])
            #expect(try await chat.withDatabase { try $0.count("changes", ["room_id": "lobby"]) } == 1)
        }
    }

    @Test("A deleted message leaves its place, empty; it can be neither edited nor reacted to nor answered")
    func delete() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let id = try await say("secret", bob)
            #expect(try await ask(alice, #""type":"reaction","message_id":"\#(id)","reaction":"👍","op":"add""#) == nil)
            // Alice made the room, so she moderates it.
            #expect(try await ask(alice, #""type":"delete","message_id":"\#(id)""#) == nil)
            let updated = try await bob.next("message_updated") { $0["change"]?.text == "deleted" }
            #expect(updated["message"]?["content"]?.text == "")
            #expect(updated["message"]?["deleted_by"]?.text == "alice")
            #expect(updated["message"]?["reactions"] == nil)
            #expect(updated["message"]?["seq"]?.int == 1)
            for fields in [
                #""type":"edit","content":"x""#, #""type":"reaction","reaction":"👍","op":"add""#,
                #""type":"pin","op":"add""#,
            ] {
                #expect(try await ask(bob, fields + #","message_id":"\#(id)""#) == "gone")
            }
            #expect(try await ask(bob, #""type":"message","content":"x","reply_to":"\#(id)""#) == "gone")
            #expect(try await chat.withDatabase { try $0.count("messages", ["room_id": "lobby"]) } == 1)
        }
    }

    @Test("Reactions count right when many give and take them at once, and one person counts once")
    func reactions() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "0"]) { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let id = try await say("vote", alice)
            try await withThrowingTaskGroup { group in
                for number in 0..<60 {
                    group.addTask {
                        let socket = try await chat.joinV2("lobby", "user\(number)")
                        func react(_ reaction: String, _ op: String) async throws {
                            let frame =
                                #""type":"reaction","message_id":"\#(id)","reaction":"\#(reaction)","op":"\#(op)""#
                            #expect(try await ask(socket, frame) == nil)
                        }
                        try await react("👍", "add")
                        try await react("👍", "add")
                        try await react(":tada:", "add")
                        if number % 3 == 0 { try await react("👍", "remove") }
                        if number % 2 == 0 { try await react(":tada:", "remove") }
                    }
                }
                try await group.waitForAll()
            }
            let message = try await chat.get("/chat/lobby/messages/\(id)").body["message"]
            let counts = message?["reactions"]?.array?.map { "\($0["reaction"]?.text ?? "") \($0["count"]?.int ?? 0)" }
            #expect(Set(counts ?? []) == ["👍 40", ":tada: 30"])
            #expect(message?["reactions"]?.array?.allSatisfy { ($0["users"]?.array?.count ?? 99) <= 10 } == true)
            let given = try await chat.get("/chat/lobby/messages/\(id)/reactions").body["reactions"]?.array
            #expect(given?.count == 70)
            // Changes are numbered without a hole: 120 given, 20 and 30 taken back.
            let revs = try await chat.withDatabase { connection in
                try connection.find("changes", ["room_id": "lobby"]).compactMap { $0.int64("rev") }.sorted()
            }
            #expect(revs == Array(1...170))
        }
    }

    @Test("A reaction that is none, too many different ones, and messages that are not there are refused")
    func badReactions() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let other = try await chat.joinV2("elsewhere", "alice")
            let (id, foreign) = (try await say("here", alice), try await say("there", other))
            func react(_ reaction: String, _ id: String) async throws -> String? {
                try await ask(
                    alice, #""type":"reaction","message_id":"\#(id)","reaction":\#(reaction.json),"op":"add""#)
            }
            for bad in ["", "x", "ab", "👍👍", ":", "::", ":Bad Name:", "1", String(repeating: "👍", count: 5_000)] {
                #expect(try await react(bad, id) == "bad_request", "\(bad.prefix(10))")
            }
            #expect(try await react("👍", foreign) == "not_found")
            #expect(try await react("👍", "6b03f7f2d8406175c8cd7193") == "not_found")
            #expect(try await react("👍", "no id") == "bad_request")
            for number in 1...20 { #expect(try await react(":r\(number):", id) == nil) }
            #expect(try await react(":r21:", id) == "bad_request")
            #expect(try await react("🧑🏽‍🚀", id) == "bad_request")
        }
    }

    @Test("A pin is a moderator's; pins are listed, the newest first")
    func pins() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let ids = [try await say("one", bob), try await say("two", bob), try await say("three", bob)]
            #expect(try await ask(bob, #""type":"pin","message_id":"\#(ids[0])","op":"add""#) == "forbidden")
            for id in ids { #expect(try await ask(alice, #""type":"pin","message_id":"\#(id)","op":"add""#) == nil) }
            #expect(try await ask(alice, #""type":"pin","message_id":"\#(ids[1])","op":"remove""#) == nil)
            let pins = try await chat.get("/chat/lobby/pins").body["messages"]?.array
            #expect(pins?.compactMap { $0["content"]?.text } == ["three", "one"])
            #expect(pins?.first?["pinned_by"]?.text == "alice")
        }
    }

    @Test("Replies are counted by their root, listed in its thread, and keep their sender's order")
    func threads() async throws {
        try await ChatFixture.with(environment: ["CHAT_RECENT_MESSAGES": "50"]) { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let root = try await say("root", alice)
            // The root is no longer in memory, so it is looked up; what bob sends behind it must not overtake.
            for number in 1...60 { _ = try await say("filler \(number)", alice) }
            for number in 1...5 {
                try await bob.send(
                    #"{"type":"message","content":"reply \#(number)","thread_id":"\#(root)","client_id":"t\#(number)"}"#
                )
                try await bob.send(#"{"type":"message","content":"plain \#(number)","client_id":"p\#(number)"}"#)
            }
            var contents: [String] = []
            while contents.count < 10 {
                contents.append(
                    try #require(try await alice.next("message") { $0["user_id"]?.text == "bob" }["content"]?.text))
            }
            #expect(contents == (1...5).flatMap { ["reply \($0)", "plain \($0)"] })
            // Replies may be counted together: the last update has them all.
            let updated = try await alice.next("message_updated") {
                $0["message"]?["thread"]?["reply_count"]?.int == 5
            }
            #expect(updated["change"]?.text == "thread")
            #expect(updated["message"]?["_id"]?.text == root)
            #expect(updated["message"]?["thread"]?["participants"] == .array([.text("bob")]))

            let thread = try await chat.get("/chat/lobby/threads/\(root)?limit=2").body
            #expect(thread["root"] == updated["message"])
            #expect(thread["messages"]?.array?.compactMap { $0["content"]?.text } == ["reply 4", "reply 5"])
            let next = try #require(thread["next_before_id"]?.text)
            let rest = try await chat.get("/chat/lobby/threads/\(root)?before_id=\(next)").body
            #expect(rest["messages"]?.array?.compactMap { $0["content"]?.text } == ["reply 1", "reply 2", "reply 3"])
            let roots = try await chat.get("/chat/lobby/threads").body["messages"]?.array
            #expect(roots == updated["message"].map { [$0] })

            let reply = try #require(rest["messages"]?.array?.first?["_id"]?.text)
            #expect(try await ask(bob, #""type":"message","content":"x","thread_id":"\#(reply)""#) == "bad_request")
            #expect(
                try await ask(bob, #""type":"message","content":"x","thread_id":"6b03f7f2d8406175c8cd7193""#)
                    == "not_found")
        }
    }

    @Test("A cursor brings what changed meanwhile, from memory and, after a restart, from the database")
    func resume() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            var ids: [String] = []
            for number in 1...5 { ids.append(try await say("message \(number)", alice)) }
            let bob = try await chat.joinV2("lobby", "bob")
            let cursor = try #require(try await bob.frame()["cursor"]?.text)
            await bob.connection.close()
            for id in [ids[0], ids[3], ids[0]] {
                let content = "edited \(Int.random(in: 0..<1_000_000))"
                #expect(try await ask(alice, #""type":"edit","message_id":"\#(id)","content":"\#(content)""#) == nil)
            }
            #expect(try await ask(alice, #""type":"delete","message_id":"\#(ids[1])""#) == nil)
            _ = try await say("message 6", alice)
            try await expectChanges(chat, cursor, ids, on: chat.server)
            await chat.server.stop()
            let restarted = try await ChatServer.start(uri: chat.uri, database: chat.database)
            try await expectChanges(chat, cursor, ids, on: restarted)
            await restarted.stop()
        }
    }

    private func expectChanges(
        _ chat: ChatFixture, _ cursor: String, _ ids: [String], on server: ChatServer
    ) async throws {
        let history = try await chat.get("/chat/lobby/history", on: server).body["messages"]?.array ?? []
        let bob = try await chat.joinV2("lobby", "bob", cursor: cursor, on: server)
        #expect(try await bob.frame().type == "hello")
        #expect(try await bob.frame()["content"]?.text == "message 6")
        var changed: [JSON] = []
        for _ in 1...3 { changed.append(try #require(try await bob.next("message_updated")["message"])) }
        #expect(changed.compactMap { $0["_id"]?.text } == [ids[3], ids[0], ids[1]])
        // Each as it is now.
        for message in changed { #expect(history.contains(message)) }
        let resumed = try await bob.frame()
        #expect(resumed.type == "resumed")
        #expect(resumed["count"]?.int == 1)
        #expect(resumed["changed"]?.int == 3)
        await bob.connection.close()
    }

    @Test(
        "Three services on one database: changes of one message by all of them are dense, each once, and shown by all")
    func severalProcesses() async throws {
        try await ChatFixture.with { chat in
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let third = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let servers = [chat.server, second, third]
            let watcher = try await chat.joinV2("lobby", "watcher", on: second)
            let alice = try await chat.joinV2("lobby", "alice")
            let id = try await say("vote", alice)
            try await withThrowingTaskGroup { group in
                for number in 0..<30 {
                    group.addTask {
                        let socket = try await chat.joinV2("lobby", "user\(number)", on: servers[number % 3])
                        let frame = #""type":"reaction","message_id":"\#(id)","reaction":":up:","op":"add""#
                        #expect(try await ask(socket, frame) == nil)
                    }
                }
                try await group.waitForAll()
            }
            let last = try await watcher.next("message_updated") {
                $0["message"]?["reactions"]?.array?.first?["count"]?.int == 30
            }
            #expect(last["message"]?["_id"]?.text == id)
            let revs = try await chat.withDatabase { connection in
                try connection.find("changes", ["room_id": "lobby"]).compactMap { $0.int64("rev") }.sorted()
            }
            #expect(revs == Array(1...30))
            await second.stop()
            await third.stop()
        }
    }
}
