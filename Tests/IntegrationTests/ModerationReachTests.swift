import Auth
import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("How far moderation reaches, over real sockets on a real database", .serialized)
struct ModerationReachTests {
    @Test("A moderator of all rooms moderates everywhere, and reads no private room")
    func globalModerator() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            try await chat.put("bob", in: "team")
            let bob = try await chat.joinV2("team", "bob")
            let mod: (HTTPMethod, String, String?) async throws -> Int = { method, path, body in
                try await chat.request(method, path, "mod", body, scopes: [.moderator]).status
            }
            #expect(try await mod(.GET, "/chat/team/history", nil) == 403)
            #expect(try await mod(.GET, "/rooms/team/audit", nil) == 200)
            #expect(try await mod(.PUT, "/rooms/team/mutes/owner", #"{"duration":60}"#) == 403)
            #expect(try await mod(.PUT, "/rooms/team/bans/bob", "{}") == 200)
            #expect(try await bob.closeCode() == 4504)
        }
    }

    @Test("The team's own application acts for users, ends their sockets and voids their tokens")
    func serviceTokens() async throws {
        try await ChatFixture.with { chat in
            let bob = try await chat.joinV2("hall", "bob")
            let body = #"{"content":"hi"}"#
            let headers = [("X-Act-As", "b%C3%A9a"), ("X-Act-As-Name", "B%C3%A9a")]
            #expect(try await chat.request(.POST, "/chat/hall/messages", "eve", body, headers: headers).status == 403)
            let posted = try await chat.request(
                .POST, "/chat/hall/messages", "app", body, scopes: [.service], headers: headers)
            #expect(posted.status == 201)
            let message = try await bob.next("message")
            #expect(message["user_id"]?.text == "béa" && message["username"]?.text == "Béa")
            #expect(try await chat.request(.POST, "/users/bob/disconnect", "eve").status == 403)
            let ended = try await chat.request(.POST, "/users/bob/disconnect", "app", scopes: [.service])
            #expect(ended.body["sockets"]?.int == 1)
            #expect(try await bob.closeCode() == 4000)
            let again = try await chat.joinV2("hall", "bob")
            #expect(try await chat.request(.POST, "/users/bob/revoke", "app", scopes: [.service]).status == 204)
            #expect(try await again.closeCode() == 4501)
            #expect(try await chat.get("/chat/hall/history", "eve").status == 200)
        }
    }

    @Test("Who joined later sees what was said since then, where the room is so: history, search, changes, resume")
    func historyFromJoining() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            let patch = #"{"settings":{"history":"joined"}}"#
            #expect(try await chat.request(.PATCH, "/rooms/team", "owner", patch).status == 200)
            let owner = try await chat.joinV2("team", "owner")
            let old = try await owner.said("old secret")
            try await chat.put("bob", in: "team")
            let bob = try await chat.joinV2("team", "bob")
            #expect(try await bob.next("history")["messages"]?.array?.isEmpty == true)
            func contents(_ path: String) async throws -> [String] {
                let answer = try await chat.get(path, "bob")
                #expect(answer.status == 200, "\(path)")
                return answer.body["messages"]?.array?.compactMap { $0["content"]?.text } ?? []
            }
            #expect(try await contents("/chat/team/history").isEmpty)
            #expect(try await contents("/chat/team/search?q=secret").isEmpty)
            #expect(try await contents("/search?q=secret").isEmpty)
            #expect(try await chat.get("/chat/team/messages/\(old)", "bob").status == 404)
            #expect(try await owner.refusal(#""type":"pin","message_id":"\#(old)","op":"add""#) == nil)
            #expect(try await contents("/chat/team/pins").isEmpty)
            _ = try await owner.said("new secret")
            #expect(try await bob.next("message")["content"]?.text == "new secret")
            #expect(try await contents("/chat/team/history") == ["new secret"])
            #expect(try await contents("/chat/team/search?q=secret") == ["new secret"])
            try await bob.send(#"{"type":"history","ref":"h"}"#)
            let page = try await bob.next("history") { $0["ref"]?.text == "h" }["messages"]?.array
            #expect(page?.compactMap { $0["content"]?.text } == ["new secret"])
            #expect(!(try await bob.drained().contains { $0.type == "message_updated" }))
            #expect(try await chat.get("/chat/team/history", "owner").body["messages"]?.array?.count == 2)
        }
    }

    @Test("Who is blocked makes no direct room with the one who blocked him, and is silent in one that is there")
    func blocks() async throws {
        try await ChatFixture.with { chat in
            #expect(try await chat.request(.PUT, "/users/me/blocks/eve", "bob").status == 204)
            #expect(try await chat.request(.PUT, "/users/me/blocks/bob", "bob").status == 400)
            #expect(try await chat.request(.POST, "/rooms/direct", "eve", #"{"user_id":"bob"}"#).status == 403)
            #expect(try await chat.get("/users/me/blocks", "bob").body["users"]?.array?.compactMap(\.text) == ["eve"])
            let room = try await chat.request(.POST, "/rooms/direct", "bob", #"{"user_id":"mia"}"#)
            let id = try #require(room.body["id"]?.text)
            let (bob, mia) = (try await chat.joinV2(id, "bob"), try await chat.joinV2(id, "mia"))
            #expect(try await mia.refusal(#""type":"message","content":"x""#) == nil)
            #expect(try await chat.request(.PUT, "/users/me/blocks/mia", "bob").status == 204)
            #expect(try await mia.refusal(#""type":"message","content":"x""#) == "forbidden")
            #expect(try await bob.refusal(#""type":"message","content":"x""#) == nil)
            #expect(try await chat.request(.DELETE, "/users/me/blocks/mia", "bob").status == 204)
            #expect(try await mia.refusal(#""type":"message","content":"x""#) == nil)
        }
    }

    @Test("What one process does holds on the sockets of another within a second or little more")
    func otherProcess() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            for user in ["bob", "eve"] { try await chat.put(user, in: "team") }
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let bob = try await chat.joinV2("team", "bob", on: second)
            let eve = try await chat.joinV2("team", "eve", on: second)
            #expect(try await chat.request(.PUT, "/rooms/team/bans/bob", "owner", "{}").status == 200)
            #expect(try await bob.closeCode() == 4504)
            #expect(try await chat.request(.PUT, "/rooms/team/mutes/eve", "owner", #"{"duration":60}"#).status == 200)
            var answer: String?
            let deadline = ContinuousClock.now + .seconds(15)
            while answer == nil, ContinuousClock.now < deadline {
                answer = try await eve.refusal(#""type":"message","content":"x""#)
            }
            #expect(answer == "muted")
            // An act that is decided upon an older state is decided anew.
            let path = second.url + "/rooms/team"
            let token = try ChatFixture.token("owner")
            let patched = try await PlainHTTP.request(
                .PATCH, path, headers: ["Authorization": "Bearer \(token)"], body: Array(#"{"topic":"x"}"#.utf8),
                on: chat.group)
            #expect(patched.status == 200)
            await second.stop()
        }
    }
}
