import Auth
import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Rooms that two processes serve, over real sockets on a real database", .serialized)
struct RoomsOfTwoProcessesTests {
    private func withTwo(_ body: (ChatFixture, ChatServer) async throws -> Void) async throws {
        try await ChatFixture.with { chat in
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            try await body(chat, second)
            await second.stop()
        }
    }

    /// Asks until the answer is this one; what other processes did is taken over about once a second.
    private func eventually(
        _ expected: String?, _ ask: () async throws -> String?, _ what: String = ""
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        var answer = try await ask()
        while answer != expected, ContinuousClock.now < deadline { answer = try await ask() }
        #expect(answer == expected, "\(what)")
    }

    @Test(
        "A room takes no more than it has places, whichever process they come by, and whether they join or are let in")
    func places() async throws {
        try await withTwo { chat, second in
            try await chat.makeRoom("hall", "public")
            let patch = #"{"settings":{"max_members":12}}"#
            #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
            let link = try await chat.request(.POST, "/rooms/hall/invites", "owner", "{}").body["code"]?.text ?? ""
            let came = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<30 {
                    let server = number % 2 == 0 ? chat.server : second
                    group.addTask {
                        let user = "user\(number)"
                        let path = number % 3 == 0 ? "/invites/\(link)" : "/rooms/hall/members/\(user)"
                        let method: HTTPMethod = number % 3 == 0 ? .POST : .PUT
                        let answer = try await chat.request(method, path, user, on: server)
                        #expect([200, 403].contains(answer.status), "\(answer)")
                        return answer.status == 200 ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(came == 11)
            #expect(try await chat.withDatabase { try $0.count("members", ["room_id": "hall"]) } == 12)
            // Who is in already comes again, and a place that is free is taken.
            let first = try await chat.withDatabase { connection in
                try connection.find("members", ["room_id": "hall", "role": "member"]).first?.string("user_id")
            }
            let user = try #require(first)
            for server in [chat.server, second] { _ = try await chat.joinV2("hall", user, on: server) }
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/\(user)", user).status == 204)
            try await eventually("200") {
                "\(try await chat.request(.PUT, "/rooms/hall/members/late", "late", on: second).status)"
            }
        }
    }

    @Test("Where one process closes a room to visitors, another keeps who joined elsewhere, and ends the others")
    func closedToVisitors() async throws {
        try await withTwo { chat, second in
            try await chat.makeRoom("hall", "public")
            let bob = try await chat.open("/chat/hall/events", "bob", on: second)
            let eve = try await chat.open("/chat/hall/events", "eve", on: second)
            #expect(try await chat.request(.PUT, "/rooms/hall/members/bob", "bob").status == 200)
            let closed = try await chat.request(.PATCH, "/rooms/hall", "owner", #"{"visibility":"private"}"#)
            #expect(closed.status == 200)
            #expect(try await eve.closeCode() == 4503)
            #expect(try await chat.post("/chat/hall/messages", "owner", #"{"content":"hello"}"#).status == 201)
            _ = try await bob.next("message")
        }
    }

    @Test("Who joins by one process is acted upon by another at once, also where that one knew him as a stranger")
    func strangers() async throws {
        try await withTwo { chat, second in
            try await chat.makeRoom("hall", "public")
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/bob", "owner", on: second).status == 404)
            #expect(try await chat.get("/rooms/hall/members", "bob", on: second).status == 403)
            let bob = try await chat.joinV2("hall", "bob")
            #expect(try await chat.get("/rooms/hall/members", "bob", on: second).status == 200)
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/bob", "owner", on: second).status == 204)
            #expect(try await bob.closeCode() == 4503)
        }
    }

    @Test("Who is blocked by one process is silent in the direct room of the other, until he is unblocked")
    func blocks() async throws {
        try await withTwo { chat, second in
            let made = try await chat.request(.POST, "/rooms/direct", "bob", #"{"user_id":"mia"}"#)
            let room = try #require(made.body["id"]?.text)
            let mia = try await chat.joinV2(room, "mia", on: second)
            let talk = #""type":"message","content":"x""#
            #expect(try await mia.refusal(talk) == nil)
            #expect(try await chat.request(.PUT, "/users/me/blocks/mia", "bob").status == 204)
            try await eventually("forbidden") { try await mia.refusal(talk) }
            #expect(try await chat.request(.DELETE, "/users/me/blocks/mia", "bob").status == 204)
            try await eventually(nil) { try await mia.refusal(talk) }
        }
    }

    @Test("A user who is disconnected loses his sockets on the other process, too, and may come back")
    func disconnect() async throws {
        try await withTwo { chat, second in
            let (here, there) = (try await chat.joinV2("hall", "bob"), try await chat.joinV2("hall", "bob", on: second))
            let ended = try await chat.request(.POST, "/users/bob/disconnect", "app", scopes: [.service])
            #expect(ended.body["sockets"]?.int == 1)
            for socket in [here, there] { #expect(try await socket.closeCode() == 4000) }
            for server in [chat.server, second] {
                let back = try await chat.joinV2("hall", "bob", on: server)
                #expect(try await back.refusal(#""type":"message","content":"x""#) == nil)
            }
        }
    }

    @Test("What happens to people by one process is told to the room's sockets on the other, but not to who is put out")
    func told() async throws {
        try await withTwo { chat, second in
            try await chat.makeRoom("den")
            for user in ["bob", "eve"] { try await chat.put(user, in: "den") }
            let (eve, bob) = (
                try await chat.joinV2("den", "eve", on: second), try await chat.joinV2("den", "bob", on: second)
            )
            // Until the two processes know of each other.
            let deadline = ContinuousClock.now + .seconds(20)
            var heard: JSON?
            while heard == nil, ContinuousClock.now < deadline {
                let mute = #"{"duration":600,"reason":"calm"}"#
                #expect(try await chat.request(.PUT, "/rooms/den/mutes/bob", "owner", mute).status == 200)
                heard = try await eve.drained().first { $0.type == "moderation" }
            }
            #expect(heard?["action"]?.text == "muted" && heard?["user_id"]?.text == "bob")
            #expect(heard?["by"]?.text == "owner" && heard?["reason"]?.text == "calm" && heard?["until"]?.text != nil)
            #expect(try await chat.request(.DELETE, "/rooms/den/members/bob?reason=bye", "owner").status == 204)
            let kicked = try await eve.next("member") { $0["user_id"]?.text == "bob" }
            #expect(kicked["action"]?.text == "kicked" && kicked["reason"]?.text == "bye")
            #expect(try await bob.closeCode() == 4503)
            try await chat.put("new", in: "den", as: "guest")
            let joined = try await eve.next("member") { $0["user_id"]?.text == "new" }
            #expect(joined["action"]?.text == "joined" && joined["role"]?.text == "guest")
        }
    }

    @Test("Several who put one person out at the same time do so once, and it is recorded once")
    func once() async throws {
        try await withTwo { chat, second in
            try await chat.makeRoom("hall", "public")
            for number in 0..<4 { try await chat.put("mod\(number)", in: "hall", as: "moderator") }
            try await chat.put("bob", in: "hall")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    let server = number % 2 == 0 ? chat.server : second
                    group.addTask {
                        try await chat.request(.DELETE, "/rooms/hall/members/bob", "mod\(number % 4)", on: server)
                            .status
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [204: 1, 404: 11])
            #expect(try await chat.audit("hall").filter { $0.contains("kick") }.count == 1)
        }
    }
}
