import BSON
import Chat
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Rooms and their members, over real sockets on a real database", .serialized)
struct RoomTests {
    @Test("A public room that becomes private ends the sockets of those who only listened")
    func becomesPrivate() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("club", "public")
            try await chat.put("member", in: "club")
            let stranger = try await chat.open("/chat/club/events", "stranger")
            let member = try await chat.open("/chat/club/events", "member")
            #expect(try await chat.request(.PATCH, "/rooms/club", "owner", #"{"visibility":"private"}"#).status == 200)
            #expect(try await stranger.closeCode() == 4502)
            let owner = try await chat.join("club", "owner")
            try await owner.say("among us")
            _ = try await member.next("message")
        }
    }

    @Test("A room is made with what was said of it, shown to those who may see it, changed and ended by its owner")
    func lifeOfARoom() async throws {
        try await ChatFixture.with { chat in
            let body = """
                {"id":"team","name":" Team ","visibility":"private","topic":"Plans","icon":"🚀",
                 "settings":{"slow_mode":5,"welcome":"Hello","max_members":50,"post":"members"}}
                """
            let made = try await chat.request(.POST, "/rooms", "owner", body)
            #expect(made.status == 201)
            #expect(made.body["id"]?.text == "team")
            #expect(made.body["name"]?.text == "Team")
            #expect(made.body["settings"]?["slow_mode"]?.int == 5)
            #expect(try await chat.request(.POST, "/rooms", "other", body).status == 409)
            #expect(try await chat.get("/rooms/team", "other").status == 403)
            let shown = try await chat.get("/rooms/team", "owner")
            #expect(shown.body["role"]?.text == "owner")
            #expect(shown.body["topic"]?.text == "Plans")
            let owner = try await chat.joinV2("team", "owner")
            let change = #"{"name":"Team 2","topic":"","settings":{"slow_mode":0,"post":null}}"#
            #expect(try await chat.request(.PATCH, "/rooms/team", "other", change).status == 403)
            let changed = try await chat.request(.PATCH, "/rooms/team", "owner", change)
            #expect(changed.body["name"]?.text == "Team 2")
            #expect(changed.body["settings"]?["post"] == .null)
            #expect(try await owner.next("room_updated")["room"]?["name"]?.text == "Team 2")
            #expect(try await chat.request(.DELETE, "/rooms/team", "other").status == 403)
            #expect(try await chat.request(.DELETE, "/rooms/team", "owner").status == 204)
            #expect(try await owner.closeCode() == 4505)
            #expect(try await chat.get("/rooms/team", "owner").status == 410)
            #expect(try await chat.get("/chat/team/history", "owner").status == 410)
            #expect(try await chat.post("/chat/team/messages", "owner", #"{"content":"x"}"#).status == 410)
            #expect(try await chat.get("/rooms", "owner").body["rooms"]?.array?.isEmpty == true)
        }
    }

    @Test("Bad requests for rooms are refused with a reason, each")
    func badRequests() async throws {
        try await ChatFixture.with { chat in
            for body in [
                #"{"name":""}"#, #"{"name":"a​b"}"#, #"{"name":"\#(String(repeating: "n", count: 10_000))"}"#,
                #"{"name":"p\#u{0430}ypal"}"#, #"{"id":"a b"}"#, #"{"id":"direct"}"#, #"{"id":"direct:x"}"#,
                #"{"visibility":"secret"}"#, #"{"visibility":"direct"}"#, #"{"name":7}"#, "[]", "{", "null",
                #"{"settings":{"slow_mode":-1}}"#, #"{"settings":{"slow_mode":99999}}"#,
                #"{"settings":{"history":"some"}}"#, #"{"settings":{"post":"nobody"}}"#,
                #"{"settings":{"retention_days":1e9}}"#, #"{"visibility":"private","members":["bob"]}"#,
            ] {
                let answer = try await chat.request(.POST, "/rooms", "owner", body)
                #expect(answer.status == 400, "\(body)")
                #expect(answer.body["error"]?["code"]?.text == "bad_request")
            }
            #expect(try await chat.request(.POST, "/rooms/direct", "owner", #"{"user_id":"owner"}"#).status == 400)
            #expect(try await chat.get("/rooms/none", "owner").status == 404)
            #expect(try await chat.get("/rooms?scope=all", "owner").status == 400)
            #expect(try await chat.get("/chat/direct:abc/history", "owner").status == 404)
        }
    }

    @Test("A direct room is one, whoever of the two asks, and theirs alone")
    func direct() async throws {
        try await ChatFixture.with { chat in
            let first = try await chat.request(.POST, "/rooms/direct", "alice", #"{"user_id":"bob"}"#)
            #expect(first.status == 201)
            let id = try #require(first.body["id"]?.text)
            let second = try await chat.request(.POST, "/rooms/direct", "bob", #"{"user_id":"alice"}"#)
            #expect(second.status == 200)
            #expect(second.body["id"]?.text == id)
            let (alice, bob) = (try await chat.joinV2(id, "alice"), try await chat.joinV2(id, "bob"))
            try await alice.say("hi")
            #expect(try await bob.next("message")["content"]?.text == "hi")
            await #expect(throws: (any Error).self) { _ = try await chat.joinV2(id, "carol") }
            #expect(try await chat.request(.PUT, "/rooms/\(id)/members/carol", "alice", "{}").status == 403)
            #expect(try await chat.request(.DELETE, "/rooms/\(id)/members/bob", "alice").status == 403)
            #expect(try await chat.request(.DELETE, "/rooms/\(id)/members/alice", "alice").status == 403)
        }
    }

    @Test("A private room is closed to who is no member, and opens with a membership; putting out closes it at once")
    func membership() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            await #expect(throws: (any Error).self) { _ = try await chat.joinV2("team", "bob") }
            #expect(try await chat.request(.PUT, "/rooms/team/members/bob", "bob", "{}").status == 403)
            let owner = try await chat.joinV2("team", "owner")
            try await chat.put("bob", in: "team")
            #expect(try await owner.next("member")["user_id"]?.text == "bob")
            let bob = try await chat.joinV2("team", "bob")
            let many = try await chat.open("/chat", "bob", subprotocols: ["chat.v2"])
            try await many.send(#"{"type":"join","room_id":"team","ref":"j"}"#)
            _ = try await many.next("ack")
            let listener = try await chat.open("/chat/team/events", "bob")
            #expect(try await chat.request(.DELETE, "/rooms/team/members/bob?reason=rude", "owner").status == 204)
            #expect(try await bob.closeCode() == 4503)
            #expect(try await listener.closeCode() == 4503)
            let closing = try await many.next("closing")
            #expect(closing["room_id"]?.text == "team")
            #expect(closing["code"]?.int == 4503)
            try await many.send(#"{"type":"message","room_id":"team","content":"x","ref":"m"}"#)
            #expect(try await many.next("error")["code"]?.text == "bad_request")
            #expect(try await owner.next("member") { $0["action"]?.text == "kicked" }["reason"]?.text == "rude")
            #expect(try await chat.get("/chat/team/history", "bob").status == 403)
        }
    }

    @Test("Roles are given from above; a demoted moderator loses his rights on the open socket")
    func roles() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            for (user, role) in [("adam", "admin"), ("mo", "moderator"), ("bob", "member"), ("ro", "read_only")] {
                try await chat.put(user, in: "team", as: role)
            }
            func put(_ user: String, _ role: String, _ by: String) async throws -> Int {
                try await chat.request(.PUT, "/rooms/team/members/\(user)", by, #"{"role":"\#(role)"}"#).status
            }
            #expect(try await put("bob", "admin", "mo") == 403)
            #expect(try await put("bob", "admin", "adam") == 403)
            #expect(try await put("adam", "member", "mo") == 403)
            #expect(try await put("owner", "member", "adam") == 403)
            #expect(try await put("adam", "owner", "adam") == 400)
            #expect(try await put("adam", "member", "adam") == 403)
            #expect(try await put("bob", "king", "owner") == 400)
            let (bob, ro) = (try await chat.joinV2("team", "bob"), try await chat.joinV2("team", "ro"))
            try await ro.send(#"{"type":"message","content":"x","ref":"1"}"#)
            #expect(try await ro.next("error")["code"]?.text == "forbidden")
            try await ro.send(#"{"type":"typing","typing":true,"ref":"2"}"#)
            #expect(try await ro.next("error")["ref"]?.text == "2")
            #expect(try await put("bob", "read_only", "adam") == 200)
            _ = try await bob.next("member") { $0["role"]?.text == "read_only" }
            try await bob.send(#"{"type":"message","content":"x","ref":"3"}"#)
            #expect(try await bob.next("error")["code"]?.text == "forbidden")
            #expect(try await chat.post("/chat/team/messages", "bob", #"{"content":"x"}"#).status == 403)
        }
    }

    @Test("The last owner cannot leave others behind; after handing over he can, and comes back as what he is then")
    func ownership() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let bob = try await chat.joinV2("hall", "bob")
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/owner", "owner").status == 409)
            #expect(try await chat.request(.POST, "/rooms/hall/owner", "bob", #"{"user_id":"bob"}"#).status == 403)
            #expect(try await chat.request(.POST, "/rooms/hall/owner", "owner", #"{"user_id":"eve"}"#).status == 404)
            #expect(try await chat.request(.POST, "/rooms/hall/owner", "owner", #"{"user_id":"bob"}"#).status == 204)
            #expect(try await bob.next("member") { $0["role"]?.text == "owner" }["user_id"]?.text == "bob")
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/owner", "owner").status == 204)
            _ = try await chat.joinV2("hall", "owner")
            #expect(try await chat.get("/rooms/hall", "owner").body["role"]?.text == "member")
            #expect(try await chat.get("/rooms/hall", "bob").body["role"]?.text == "owner")
        }
    }

    @Test("A room that joining made is owned by who made it; one that listening made, too, once he joins")
    func automaticRooms() async throws {
        try await ChatFixture.with { chat in
            let listener = try await chat.open("/chat/lobby/events", "alice")
            #expect(try await chat.get("/rooms", "alice").body["rooms"]?.array?.isEmpty == true)
            _ = try await chat.joinV2("lobby", "bob")
            _ = try await chat.joinV2("lobby", "alice")
            #expect(try await chat.get("/rooms/lobby", "bob").body["role"]?.text == "member")
            #expect(try await chat.get("/rooms/lobby", "alice").body["role"]?.text == "owner")
            _ = listener
        }
    }

    @Test("Members and rooms are listed page by page and found by a part of their names")
    func lists() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            for number in 0..<12 {
                try await chat.put("user\(number)", in: "hall")
                try await chat.makeRoom("club\(number)", number % 2 == 0 ? "public" : "private")
            }
            var (users, after): ([String], String?) = ([], nil)
            repeat {
                let rest = after.map { "&after=\($0)" } ?? ""
                let page = try await chat.get("/rooms/hall/members?limit=5\(rest)", "owner")
                users += page.body["members"]?.array?.compactMap { $0["user_id"]?.text } ?? []
                after = page.body["next_after"]?.text
            } while after != nil
            #expect(users == users.sorted() && users.count == 13)
            let found = try await chat.get("/rooms/hall/members?q=USER1", "owner").body["members"]?.array
            #expect(found?.compactMap { $0["user_id"]?.text } == ["user1", "user10", "user11"])
            #expect(try await chat.get("/rooms/hall/members", "stranger").status == 403)
            var (rooms, next): ([String], String?) = ([], nil)
            repeat {
                let page = try await chat.get("/rooms?scope=public&limit=2\(next.map { "&after=\($0)" } ?? "")", "x")
                rooms += page.body["rooms"]?.array?.compactMap { $0["id"]?.text } ?? []
                next = page.body["next_after"]?.text
            } while next != nil
            #expect(Set(rooms) == ["hall", "club0", "club2", "club4", "club6", "club8", "club10"])
            #expect(rooms.count == 7)
            let search = try await chat.get("/rooms?scope=public&q=room%20CLUB1", "x").body["rooms"]?.array
            #expect(search?.compactMap { $0["id"]?.text } == ["club10"])
            #expect(try await chat.get("/rooms?scope=public&q=.*", "x").body["rooms"]?.array?.isEmpty == true)
            let mine = try await chat.get("/rooms?limit=200", "owner").body["rooms"]?.array
            #expect(mine?.count == 13)
        }
    }

    @Test("A full room takes nobody more, also when many come at once")
    func full() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let limit = try await chat.request(.PATCH, "/rooms/hall", "owner", #"{"settings":{"max_members":6}}"#)
            #expect(limit.status == 200)
            let came = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask { (try? await chat.joinV2("hall", "user\(number)")) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(came == 5)
            #expect(try await chat.withDatabase { try $0.count("members", ["room_id": "hall"]) } == 6)
        }
    }

    @Test("With automatic rooms switched off, a room must be made before it is joined")
    func noAutomaticRooms() async throws {
        try await ChatFixture.with(environment: ["CHAT_CREATE_ROOMS": "false"]) { chat in
            await #expect(throws: (any Error).self) { _ = try await chat.join("lobby", "bob") }
            try await chat.makeRoom("lobby", "public")
            _ = try await chat.join("lobby", "bob")
        }
    }
}
