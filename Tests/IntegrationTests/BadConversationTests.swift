import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("What cannot be done to messages is refused and leaves nothing behind")
struct BadConversationTests {
    /// Everything that is stored of a room.
    private func contents(_ chat: ChatFixture, _ room: String) async throws -> [String] {
        try await chat.withDatabase { connection in
            var contents: [String] = []
            for collection in ["messages", "changes", "reactions", "revisions", "pins", "threads", "thread_follows"] {
                for document in try connection.find(collection, ["room_id": .string(room)]) {
                    contents.append("\(collection) \(document)")
                }
            }
            return contents.sorted()
        }
    }

    @Test("References to messages of other rooms, missing and deleted ones, and threads on replies")
    func references() async throws {
        try await ChatFixture.with { chat in
            let (alice, other) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("elsewhere", "alice"))
            let bob = try await chat.joinV2("lobby", "bob")
            let (root, foreign) = (try await alice.said("root"), try await other.said("there"))
            let reply = try await alice.said("reply", #","thread_id":"\#(root)""#)
            _ = try await bob.next("message_updated") { $0["change"]?.text == "thread" }
            let deleted = try await alice.said("deleted")
            #expect(try await alice.refusal(#""type":"delete","message_id":"\#(deleted)""#) == nil)
            _ = try await chat.get("/users/me/threads", "alice")
            let before = try await contents(chat, "lobby")
            let missing = "6b03f7f2d8406175c8cd7193"
            let ids = [(foreign, "not_found"), (missing, "not_found"), (deleted, "gone"), ("7", "bad_request")]
            for (id, code) in ids {
                for field in ["reply_to", "thread_id"] {
                    let frame = #""type":"message","content":"x","\#(field)":"\#(id)""#
                    #expect(try await alice.refusal(frame) == code, "\(field) \(id)")
                    let sent = try await chat.post("/chat/lobby/messages", "alice", "{\(frame)}")
                    #expect(sent.body["error"]?["code"]?.text == code, "\(field) \(id)")
                }
                for fields in [
                    #""type":"edit","content":"x""#, #""type":"pin","op":"add""#,
                    #""type":"reaction","reaction":"👍","op":"add""#,
                ] {
                    #expect(try await alice.refusal(fields + #","message_id":"\#(id)""#) == code, "\(fields) \(id)")
                }
            }
            let thread = #""type":"message","content":"x","thread_id":"\#(reply)""#
            #expect(try await alice.refusal(thread) == "bad_request")
            #expect(try await bob.refusal(#""type":"edit","content":"x","message_id":"\#(root)""#) == "forbidden")
            #expect(try await bob.refusal(#""type":"delete","message_id":"\#(root)""#) == "forbidden")
            #expect(try await contents(chat, "lobby") == before)
        }
    }

    @Test("One grapheme of 5,000 code points is no reaction, and far too long a list no mentions")
    func oversized() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let id = try await alice.said("here")
            let before = try await contents(chat, "lobby")
            let emoji = "👩" + String(repeating: "\u{200D}👩", count: 2_500)
            let reaction = #""type":"reaction","message_id":"\#(id)","reaction":\#(emoji.json),"op":"add""#
            #expect(try await alice.refusal(reaction) == "bad_request")
            let list = (0..<10_000).map { "\"u\($0)\"" }.joined(separator: ",")
            let frame = #""type":"message","content":"x","mentions":[\#(list)]"#
            #expect(try await alice.refusal(frame) == "bad_request")
            #expect(try await chat.post("/chat/lobby/messages", "alice", "{\(frame)}").status == 400)
            for seq in [2, -1] { #expect(try await alice.refusal(#""type":"read","seq":\#(seq)"#) == "bad_request") }
            #expect(try await contents(chat, "lobby") == before)
        }
    }

    @Test("Whoever may not mention everyone is told so, and nothing is said")
    func everyone() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let settings = #"{"settings":{"mention_room":"moderators"}}"#
            #expect(try await chat.request(.PATCH, "/rooms/lobby", "alice", settings).status == 200)
            #expect(try await bob.refusal(#""type":"message","content":"@room hi""#) == "forbidden")
            #expect(try await bob.refusal(#""type":"message","content":"@here hi""#) == "forbidden")
            let id = try await bob.said("`@room` hi")
            let edit = #""type":"edit","message_id":"\#(id)","content":"@room hi""#
            #expect(try await bob.refusal(edit) == "forbidden")
            _ = try await alice.said("@room hello")
            #expect(try await chat.withDatabase { try $0.count("messages", ["room_id": "lobby"]) } == 2)
        }
    }

    @Test("Who is put out of a private room hears of nothing that mentions him there, however soon")
    func noLeak() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("secret", by: "alice")
            try await chat.put("bob", in: "secret", by: "alice")
            let alice = try await chat.joinV2("secret", "alice")
            let bob = try await chat.joinV2("other", "bob")
            _ = try await alice.said("first @bob")
            #expect(try await bob.next("mention")["message"]?["content"]?.text == "first @bob")
            #expect(try await chat.request(.DELETE, "/rooms/secret/members/bob", "alice").status < 300)
            let id = try await alice.said("second @bob", #","mentions":["bob"]"#)
            let message = try await chat.get("/chat/secret/messages/\(id)", "alice").body["message"]
            #expect(message?["mentions"] == nil)
            _ = try await bob.said("marker")
            #expect(try await bob.drained().allSatisfy { $0.type != "mention" })
            #expect(try await chat.get("/users/me/mentions", "bob").body["messages"]?.array == [])
            #expect(try await chat.get("/users/me/unread", "bob").body["rooms"]?.array?.count == 1)
        }
    }

    @Test("Where history begins with the joining, nothing of before is shown by another way")
    func hiddenHistory() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team", by: "alice")
            #expect(
                try await chat.request(.PATCH, "/rooms/team", "alice", #"{"settings":{"history":"joined"}}"#).status
                    == 200)
            let alice = try await chat.joinV2("team", "alice")
            try await chat.put("bob", in: "team", by: "alice")
            let root = try await alice.said("early @bob")
            let bob = try await chat.joinV2("team", "bob")
            _ = try await bob.said("reply", #","thread_id":"\#(root)""#)
            #expect(try await chat.get("/users/me/mentions", "bob").body["messages"]?.array?.count == 1)
            #expect(try await chat.get("/users/me/threads", "bob").body["threads"]?.array?.count == 1)
            await bob.connection.close()
            // He goes and comes again: for him the room begins anew.
            #expect(try await chat.request(.DELETE, "/rooms/team/members/bob", "alice").status < 300)
            try await chat.put("bob", in: "team", by: "alice")
            #expect(try await chat.get("/users/me/mentions", "bob").body["messages"]?.array == [])
            #expect(try await chat.get("/users/me/threads", "bob").body["threads"]?.array == [])
            let room = try await chat.get("/users/me/unread", "bob").body["rooms"]?.array?.first
            #expect(room?["unread"]?.int == 0)
            #expect(room?["last_message"] == .null)
            #expect(try await chat.get("/chat/team/messages/\(root)/readers", "bob").status == 404)
            #expect(try await chat.get("/chat/team/threads/\(root)/follow", "bob").status == 404)
            #expect(try await chat.get("/chat/team/history?around_id=\(root)", "bob").body["messages"]?.array == [])
        }
    }
}
