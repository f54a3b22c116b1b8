import Auth
import BSON
import Chat
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("What rooms no longer keep, and people who are erased", .serialized)
struct RetentionTests {
    @Test("A room keeps as many messages as it says, never removes its newest, and its numbers go on")
    func count() async throws {
        try await ChatFixture.with(environment: ["CHAT_RETENTION_SECONDS": "1"]) { chat in
            try await chat.makeRoom("hall", "public")
            let owner = try await chat.joinV2("hall", "owner")
            var ids: [String] = []
            for number in 1...30 { ids.append(try await owner.said("message \(number)")) }
            let cursor = try await chat.joinV2("hall", "owner").next("hello")["cursor"]?.text
            #expect(try await owner.refusal(#""type":"pin","message_id":"\#(ids[0])","op":"add""#) == nil)
            let reaction = #""type":"reaction","message_id":"\#(ids[1])","reaction":"👍","op":"add""#
            #expect(try await owner.refusal(reaction) == nil)
            try await keep(10, chat)
            try await waitUntil { try await chat.withDatabase { try $0.count("messages", ["room_id": "hall"]) } == 10 }
            for collection in ["pins", "reactions"] {
                #expect(try await chat.withDatabase { try $0.count(collection, ["room_id": "hall"]) } == 0)
            }
            // What is in memory follows.
            try await waitUntil {
                try await chat.get("/chat/hall/history?limit=200").body["messages"]?.array?.count == 10
            }
            #expect(try await chat.get("/chat/hall/messages/\(ids[0])").status == 404)
            #expect(try await chat.get("/chat/hall/pins").body["messages"]?.array?.isEmpty == true)
            let newcomer = try await chat.joinV2("hall", "bob")
            #expect(try await newcomer.next("history")["messages"]?.array?.first?["seq"]?.int == 21)
            // Changes of what is gone do not stand in the way of coming back.
            let back = try await chat.joinV2("hall", "owner", cursor: cursor)
            let resumed = try await back.next("resumed")
            #expect(resumed["count"]?.int == 0 && resumed["changed"]?.int == 0)
            _ = try await owner.said("one more")
            #expect(try await chat.get("/chat/hall/history?limit=1").body["messages"]?.array?.first?["seq"]?.int == 31)
            try await keep(1, chat)
            try await waitUntil { try await chat.withDatabase { try $0.count("messages", ["room_id": "hall"]) } == 1 }
        }
    }

    @Test("A room keeps messages for as many days as it says, but its newest for ever")
    func days() async throws {
        try await ChatFixture.with { chat in
            try await chat.withDatabase { connection in
                let now = Timestamp(milliseconds: 1_700_000_000_000)
                let record = RoomRecord(
                    id: "old", name: "old", createdBy: nil, createdAt: now.milliseconds,
                    settings: ["retention_days": .int64(1)])
                _ = try connection.rooms.createIfMissing(record)
                let messages = (1...3).map { seq in
                    MessageRecord(
                        id: ObjectID(time: now.milliseconds + Int64(seq) * 43_200_000, counter: 0, random: 1),
                        roomID: "old", seq: Int64(seq), userID: "u", username: "u", content: "c",
                        timestamp: now.milliseconds + Int64(seq) * 43_200_000, clientID: "c\(seq)", digest: 1)
                }
                _ = try connection.messages.insert(messages)
                let retention = RetentionRepository(connection)
                let room = try #require(try connection.rooms.find("old"))
                let day: Int64 = 86_400_000
                #expect(try retention.firstKept(in: room, now: now.milliseconds + day) == 1)
                #expect(try retention.firstKept(in: room, now: now.milliseconds + day * 2) == 2)
                #expect(try retention.firstKept(in: room, now: now.milliseconds + day * 99) == 3)
            }
        }
    }

    @Test("A person's data is handed out whole, page by page, to himself and the team's application")
    func export() async throws {
        try await ChatFixture.with { chat in
            for room in ["hall", "lobby"] {
                let bob = try await chat.joinV2(room, "bob")
                for number in 0..<3 { _ = try await bob.said("\(room) \(number)") }
            }
            #expect(try await chat.get("/users/bob/export", "eve").status == 403)
            let mine = try await chat.get("/users/me/export", "bob").body
            #expect(mine["messages"]?.array?.count == 6)
            #expect(Set(mine["rooms"]?.array?.compactMap { $0["room_id"]?.text } ?? []) == ["hall", "lobby"])
            let app = try await chat.request(.GET, "/users/bob/export?after=hall/zzz", "app", scopes: [.service])
            #expect(app.body["messages"]?.array?.compactMap { $0["room_id"]?.text } == ["lobby", "lobby", "lobby"])
            #expect(try await chat.withDatabase { try $0.count("audit", ["action": "export_user"]) } == 1)
        }
    }

    @Test("Who is erased leaves tombstones without a name and dense numbers; his rooms get another owner")
    func erase() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public", by: "bob")
            let (bob, eve) = (try await chat.joinV2("hall", "bob"), try await chat.joinV2("hall", "eve"))
            let first = try await bob.said("my secret")
            let evesID = try await eve.said("hello bob")
            for frame in [
                #""type":"edit","message_id":"\#(first)","content":"my other secret""#,
                #""type":"reaction","message_id":"\#(evesID)","reaction":"👍","op":"add""#,
            ] {
                #expect(try await bob.refusal(frame) == nil)
            }
            _ = try await bob.said("gone soon")
            #expect(try await chat.request(.PUT, "/users/me/blocks/mia", "bob").status == 204)
            #expect(try await chat.request(.DELETE, "/users/bob", "eve").status == 403)
            let erased = try await chat.request(.DELETE, "/users/bob", "app", scopes: [.service])
            #expect(erased.status == 200)
            #expect(erased.body["messages"]?.int == 2)
            #expect(erased.body["reactions"]?.int == 1)
            #expect(try await bob.closeCode() == 4501)
            _ = try await eve.next("message_updated") { $0["change"]?.text == "deleted" }
            let page = try await chat.get("/chat/hall/history", "eve").body["messages"]?.array ?? []
            #expect(page.compactMap { $0["seq"]?.int } == [1, 2, 3])
            #expect(page.compactMap { $0["content"]?.text } == ["", "hello bob", ""])
            #expect(page[0]["username"]?.text == "erased")
            #expect(page[1]["reactions"] == nil)
            #expect(try await chat.get("/rooms/hall", "eve").body["role"]?.text == "owner")
            let traces = try await chat.withDatabase { connection in
                [
                    try connection.count("messages", ["content": ["$regex": "secret"]]),
                    try connection.count("revisions"), try connection.count("users", ["_id": "bob"]),
                    try connection.count("members", ["user_id": "bob"]), try connection.count("blocks"),
                ]
            }
            #expect(traces == [0, 0, 0, 0, 0])
            #expect(try await chat.withDatabase { try $0.count("audit", ["action": "user_erased"]) } == 1)
            // Again is as good as once.
            let again = try await chat.request(.DELETE, "/users/bob", "app", scopes: [.service])
            #expect(again.body["messages"]?.int == 0)
        }
    }

    @Test("Who is erased leaves a room of any size, and is forgotten where rooms and messages are gone")
    func eraseEverywhere() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public", by: "zed")
            try await chat.put("mo", in: "hall", as: "moderator", by: "zed")
            let (zed, eve) = (try await chat.joinV2("hall", "zed"), try await chat.joinV2("hall", "eve"))
            let id = try await eve.said("gone soon")
            #expect(try await zed.refusal(#""type":"reaction","message_id":"\#(id)","reaction":"👍","op":"add""#) == nil)
            let report = #"{"message_id":"\#(id)","reason":"my words"}"#
            #expect(try await chat.post("/rooms/hall/reports", "zed", report).status == 201)
            #expect(try await eve.refusal(#""type":"delete","message_id":"\#(id)""#) == nil)
            try await chat.withDatabase { connection in
                let others = (0..<1_100).map { ("hall", "a\($0)") } + (0..<201).map { ("a-gone-\($0)", "zed") }
                let all = others.map { NewMember(room: $0.0, user: $0.1, role: "member", joinedSeq: 0) }
                _ = try connection.members.joinAll(all, at: 1_700_000_000_000)
            }
            let erased = try await chat.request(.DELETE, "/users/zed", "app", scopes: [.service])
            #expect(erased.status == 200)
            #expect(erased.body["rooms"]?.int == 1)
            #expect(try await zed.closeCode() == 4501)
            #expect(try await chat.get("/rooms/hall", "mo").body["role"]?.text == "owner")
            let traces = try await chat.withDatabase { connection in
                [
                    try connection.count("members", ["user_id": "zed"]), try connection.count("reactions"),
                    try connection.count("reports", ["reason": "my words"]), try connection.count("restrictions"),
                ]
            }
            #expect(traces == [0, 0, 0, 0])
        }
    }

    @Test("Who is erased stands no more among those who replied, and follows no thread, however soon it is")
    func eraseReplies() async throws {
        try await ChatFixture.with { chat in
            let (eve, bob) = (try await chat.joinV2("hall", "eve"), try await chat.joinV2("hall", "bob"))
            let root = try await eve.said("root")
            let thread = #","thread_id":"\#(root)""#
            _ = try await eve.said("mine", thread)
            _ = try await bob.said("his", thread)
            let counted = try await eve.next("message_updated") { update in
                update["message"]?["thread"]?["reply_count"]?.int == 2
            }
            #expect(counted["message"]?["thread"]?["participants"]?.array?.compactMap(\.text) == ["eve", "bob"])
            // Bob's following is still on its way to the database.
            #expect(try await chat.request(.DELETE, "/users/bob", "app", scopes: [.service]).status == 200)
            let told = try await eve.next("message_updated") { update in
                update["message"]?["thread"]?["participants"]?.array?.compactMap(\.text) == ["eve"]
            }
            #expect(told["message"]?["thread"]?["reply_count"]?.int == 2)
            let roots = try await chat.get("/chat/hall/threads", "eve").body["messages"]?.array
            #expect(roots?.first?["thread"]?["participants"]?.array?.compactMap(\.text) == ["eve"])
            let follows = try await chat.withDatabase { connection in
                try connection.find("thread_follows", [:]).compactMap { $0.string("user_id") }
            }
            #expect(follows == ["eve"])
            // Another reply counts on, and brings him not back.
            _ = try await eve.said("more", thread)
            let more = try await eve.next("message_updated") { update in
                update["message"]?["thread"]?["reply_count"]?.int == 3
            }
            #expect(more["message"]?["thread"]?["participants"]?.array?.compactMap(\.text) == ["eve"])
        }
    }

    private func keep(_ count: Int, _ chat: ChatFixture) async throws {
        let patch = #"{"settings":{"retention_count":\#(count)}}"#
        #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
    }

    private func waitUntil(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw ChildProcess.Failure("it did not come to that in time") }
        }
    }
}
