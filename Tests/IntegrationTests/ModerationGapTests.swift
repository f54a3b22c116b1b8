import Auth
import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Ways around moderation that are closed, over real sockets on a real database", .serialized)
struct ModerationGapTests {
    @Test("Who left muted is unmuted all the same, and comes back free; his low role stays")
    func unmuteAbsent() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            for (user, role) in [("bob", "member"), ("gil", "guest")] { try await chat.put(user, in: "hall", as: role) }
            for user in ["bob", "gil"] {
                let path = "/rooms/hall/mutes/\(user)"
                #expect(try await chat.request(.DELETE, path, "owner").status == 404)
                #expect(try await chat.request(.PUT, path, "owner", #"{"duration":600}"#).status == 200)
                #expect(try await chat.request(.DELETE, "/rooms/hall/members/\(user)", user).status == 204)
                #expect(try await chat.request(.DELETE, path, user).status == 403)
                #expect(try await chat.request(.DELETE, path, "owner").status == 204)
                #expect(try await chat.request(.DELETE, path, "owner").status == 404)
                let back = try await chat.joinV2("hall", user)
                #expect(try await back.refusal(#""type":"message","content":"x""#) == nil)
            }
            #expect(try await chat.get("/rooms/hall", "gil").body["role"]?.text == "guest")
            #expect(try await chat.audit("hall").filter { $0.contains("unmute") }.count == 2)
        }
    }

    @Test("Where one may not post, one does not say it by an edit of an older message; deleting it is one's own")
    func editsFollowPosting() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("news", "public")
            let bob = try await chat.joinV2("news", "bob")
            let id = try await bob.said("old")
            let patch = #"{"settings":{"post":"moderators"}}"#
            #expect(try await chat.request(.PATCH, "/rooms/news", "owner", patch).status == 200)
            #expect(try await bob.refusal(#""type":"message","content":"x""#) == "forbidden")
            let edit = #""type":"edit","message_id":"\#(id)","content":"new""#
            #expect(try await bob.refusal(edit) == "forbidden")
            let reaction = #""type":"reaction","message_id":"\#(id)","reaction":"👍","op":"add""#
            #expect(try await bob.refusal(reaction) == nil)
            #expect(try await chat.get("/chat/news/messages/\(id)").body["message"]?["content"]?.text == "old")
            #expect(try await bob.refusal(#""type":"delete","message_id":"\#(id)""#) == nil)
        }
    }

    private func makeGroup(_ chat: ChatFixture, _ id: String, _ members: String) async throws -> Int {
        let body = #"{"id":"\#(id)","visibility":"group","members":[\#(members)]}"#
        return try await chat.request(.POST, "/rooms", "mia", body).status
    }

    @Test(
        "Nobody is put into a group with one whom he has blocked, or who has blocked him; who is asked decides himself")
    func groupsOfBlocked() async throws {
        try await ChatFixture.with { chat in
            #expect(try await chat.request(.PUT, "/users/me/blocks/eve", "bob").status == 204)
            #expect(try await makeGroup(chat, "all", #""bob","eve","ann""#) == 403)
            #expect(try await makeGroup(chat, "eves", #""eve","ann""#) == 201)
            #expect(try await makeGroup(chat, "bobs", #""bob","ann""#) == 201)
            func add(_ user: String, to room: String, by actor: String = "mia") async throws -> Int {
                try await chat.request(.PUT, "/rooms/\(room)/members/\(user)", actor).status
            }
            #expect(try await add("bob", to: "eves") == 403)
            #expect(try await add("eve", to: "bobs") == 403)
            #expect(try await add("eve", to: "bobs", by: "ann") == 403)
            #expect(try await add("zoe", to: "bobs") == 200)
            let invited = try await chat.request(.POST, "/rooms/eves/invites", "mia", #"{"user_id":"bob"}"#)
            #expect(invited.status == 201)
            #expect(try await add("bob", to: "eves", by: "bob") == 200)
        }
    }

    @Test("The muted and the blocked pin nothing, where they could otherwise")
    func pins() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            try await chat.put("mo", in: "hall", as: "moderator")
            let (mo, owner) = (try await chat.joinV2("hall", "mo"), try await chat.joinV2("hall", "owner"))
            let id = try await owner.said("pin me")
            let pin = { (id: String, op: String) in #""type":"pin","message_id":"\#(id)","op":"\#(op)""# }
            #expect(try await mo.refusal(pin(id, "add")) == nil)
            #expect(try await chat.request(.PUT, "/rooms/hall/mutes/mo", "owner", #"{"duration":60}"#).status == 200)
            #expect(try await mo.refusal(pin(id, "remove")) == "muted")
            let direct = try await chat.request(.POST, "/rooms/direct", "bob", #"{"user_id":"mia"}"#)
            let room = try #require(direct.body["id"]?.text)
            let (bob, mia) = (try await chat.joinV2(room, "bob"), try await chat.joinV2(room, "mia"))
            let said = try await bob.said("hello")
            #expect(try await mia.refusal(pin(said, "add")) == nil)
            #expect(try await chat.request(.PUT, "/users/me/blocks/mia", "bob").status == 204)
            #expect(try await mia.refusal(pin(said, "remove")) == "forbidden")
            #expect(try await chat.get("/chat/\(room)/pins", "bob").body["messages"]?.array?.count == 1)
        }
    }

    @Test("A reported message of a private room is shown to a moderator of all rooms, and nothing else of the room")
    func reported() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("den")
            for user in ["bob", "eve"] { try await chat.put(user, in: "den") }
            let bob = try await chat.joinV2("den", "bob")
            let (rude, other) = (try await bob.said("rude"), try await bob.said("private"))
            let body = #"{"message_id":"\#(rude)","reason":"insult"}"#
            #expect(try await chat.post("/rooms/den/reports", "eve", body).status == 201)
            let queue = try await chat.request(.GET, "/rooms/den/reports", "mod", scopes: [.moderator])
            #expect(queue.body["reports"]?.array?.compactMap { $0["message"]?["content"]?.text } == ["rude"])
            for path in ["history", "messages/\(rude)", "messages/\(other)"] {
                let answer = try await chat.request(.GET, "/chat/den/\(path)", "mod", scopes: [.moderator])
                #expect(answer.status == 403, "\(path)")
            }
        }
    }

    @Test("One who reports a message again adds nothing to the queue, and of one user a hundred reports wait at most")
    func manyReports() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let bob = try await chat.joinV2("hall", "bob")
            func report(_ id: String) async throws -> (status: Int, id: String?) {
                let body = #"{"message_id":"\#(id)","reason":"rude"}"#
                let answer = try await chat.post("/rooms/hall/reports", "eve", body)
                return (answer.status, answer.body["id"]?.text)
            }
            let first = try await bob.said("rude")
            let made = try await report(first)
            #expect(try await report(first) == made && made.status == 201)
            for number in 1...99 {
                let id = try await bob.said("rude \(number)")
                #expect(try await report(id).status == 201)
            }
            let last = try await bob.said("rude, too")
            #expect(try await report(last).status == 409)
            #expect(try await chat.withDatabase { try $0.count("reports") } == 100)
            let path = "/rooms/hall/reports/\(made.id ?? "")"
            #expect(try await chat.request(.PUT, path, "owner", "{}").status == 204)
            #expect(try await report(last).status == 201)
        }
    }

    @Test("Of one user a hundred invitations to a room stand at most, until he revokes one")
    func manyInvites() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("den")
            try await chat.put("bob", in: "den")
            var codes: [String] = []
            for _ in 0..<100 {
                let made = try await chat.request(.POST, "/rooms/den/invites", "bob", "{}")
                codes.append(try #require(made.body["code"]?.text))
            }
            #expect(try await chat.request(.POST, "/rooms/den/invites", "bob", "{}").status == 409)
            #expect(try await chat.request(.POST, "/rooms/den/invites", "owner", "{}").status == 201)
            #expect(try await chat.request(.DELETE, "/rooms/den/invites/\(codes[0])", "bob").status == 204)
            #expect(try await chat.request(.POST, "/rooms/den/invites", "bob", "{}").status == 201)
        }
    }

    @Test("A message over REST names no other room than its address does")
    func otherRoom() async throws {
        try await ChatFixture.with { chat in
            for room in ["hall", "den"] { try await chat.makeRoom(room, "public") }
            let path = "/chat/hall/messages"
            let wrong = try await chat.post(path, "bob", #"{"content":"x","room_id":"den"}"#)
            #expect(wrong.status == 400 && wrong.body["error"]?["code"]?.text == "bad_request")
            #expect(try await chat.post(path, "bob", #"{"content":"x","room_id":"hall"}"#).status == 201)
            #expect(try await chat.withDatabase { try $0.count("messages", ["room_id": "den"]) } == 0)
            #expect(try await chat.withDatabase { try $0.count("messages", ["room_id": "hall"]) } == 1)
        }
    }

    @Test("Who floods a socket that only reads, or sends binary frames, is told so and then sent away")
    func floods() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "10"]) { chat in
            try await chat.makeRoom("hall", "public")
            let neighbour = try await chat.joinV2("hall", "neighbour")
            for path in ["/chat/hall/events", "/chat/hall"] {
                let socket = try await chat.open(path, "bob", subprotocols: ["chat.v2"])
                let sending = Task {
                    for _ in 0..<2_000 { try? await socket.connection.sendBinary([1, 2, 3]) }
                }
                #expect(try await socket.next("error")["code"]?.text == "bad_request", "\(path)")
                #expect(try await socket.closeCode() == 4006, "\(path)")
                await sending.value
            }
            let listener = try await chat.open("/chat/hall/events", "bob", subprotocols: ["chat.v2"])
            let sending = Task { for _ in 0..<2_000 { try? await listener.send(#"{"type":"ping"}"#) } }
            #expect(try await listener.closeCode() == 4006)
            await sending.value
            #expect(try await neighbour.refusal(#""type":"message","content":"still here""#) == nil)
        }
    }
}
