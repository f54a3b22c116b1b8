import BSON
import Chat
import ChatClient
import Foundation
import MongoStore
import TestSupport
import Testing

@Suite("How users are seen, over real sockets on a real database")
struct StatusTests {
    private func shown(_ chat: ChatFixture, _ user: String, to asker: String = "asker") async throws -> JSON {
        try await chat.get("/users/\(user)", asker).body
    }

    @Test("A status is told to the rooms, stands with the user, and is there again after a restart")
    func told() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let listener = try await chat.open("/chat/lobby/events", "listener")
            let body = #"{"status":"busy","text":"in a meeting","emoji":"📅"}"#
            #expect(try await chat.put("/users/me/status", "bob", body).status == 200)
            let status = try await alice.next("status")
            #expect(status["user_id"]?.text == "bob")
            #expect(status["status"]?.text == "busy")
            #expect(status["text"]?.text == "in a meeting")
            #expect(status["room_id"]?.text == "lobby")
            #expect(try await listener.next("status")["data"]?["emoji"]?.text == "📅")
            #expect(try await shown(chat, "bob")["status"]?.text == "busy")
            let page = try await chat.get("/chat/lobby/presence", "alice").body
            #expect(page["count"]?.int == 2)
            #expect(page["users"]?.array?.map { $0["user_id"]?.text } == ["alice", "bob"])
            #expect(page["users"]?.array?.last?["status"]?.text == "busy")
            // By frame, too.
            #expect(try await bob.refusal(#""type":"status","status":"away","text":"lunch""#) == nil)
            #expect(try await alice.next("status") { $0["status"]?.text == "away" }["text"]?.text == "lunch")
            await chat.server.stop()
            let again = try await ChatServer.start(uri: chat.uri, database: chat.database)
            #expect(try await chat.get("/users/bob", "asker", on: again).body["status"]?.text == "offline")
            let back = try await chat.joinV2("lobby", "bob", on: again)
            #expect(try await chat.get("/users/bob", "asker", on: again).body["status"]?.text == "away")
            await back.connection.close()
            await again.stop()
        }
    }

    @Test("Who is invisible is nowhere: not in presence, notices, typing, counts, receipts or REST; he alone knows")
    func invisible() async throws {
        try await ChatFixture.with { chat in
            // Made a member before, and seen then.
            let early = try await chat.joinV2("lobby", "ghost")
            await early.connection.close()
            #expect(
                try await chat.put("/users/me/status", "ghost", #"{"status":"invisible","text":"boo"}"#).status == 200)
            let seen = try await shown(chat, "ghost")["last_seen"]?.text
            #expect(seen != nil)
            let (alice, basic) = (try await chat.joinV2("lobby", "alice"), try await chat.join("lobby", "bob"))
            let listener = try await chat.open("/chat/lobby/events", "listener")
            let ghost = try await chat.joinV2("lobby", "ghost")
            let list = try await ghost.next("presence")
            #expect(list["online_users"]?.array?.contains(.text("ghost")) == false)
            try await ghost.send(#"{"type":"typing","typing":true}"#)
            let id = try await alice.said("hello")
            #expect(try await ghost.refusal(#""type":"read","seq":1"#) == nil)
            let page = try await chat.get("/chat/lobby/presence", "alice").body
            #expect(page["count"]?.int == 2)
            #expect(page["users"]?.array?.contains { $0["user_id"]?.text == "ghost" } == false)
            #expect(try await chat.get("/chat/lobby/messages/\(id)/readers", "alice").body["readers"]?.array == [])
            let other = try await shown(chat, "ghost", to: "alice")
            #expect(other["status"]?.text == "offline")
            #expect(other["text"] == nil)
            #expect(other["last_seen"]?.text == seen)
            #expect(try await shown(chat, "ghost", to: "ghost")["status"]?.text == "invisible")
            await ghost.connection.close()
            let carol = try await chat.joinV2("lobby", "carol")
            _ = try await carol.next("presence")
            // Whatever there was to be told of the ghost would have come before Carol.
            for socket in [alice, basic, listener] {
                let marker: (JSON) -> Bool = { ($0["data"] ?? $0)["user_id"]?.text == "carol" }
                while true {
                    let frame = try await socket.frame()
                    let text = "\(frame)"
                    #expect(!text.contains("ghost"), "\(text)")
                    if frame.type == "system", marker(frame) { break }
                }
            }
            #expect(try await shown(chat, "ghost", to: "alice")["last_seen"]?.text == seen)
        }
    }

    @Test("Hiding looks like leaving, and showing oneself like joining; it ends by itself")
    func hiding() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let bobsRooms = try await chat.open("/chat", "bob", subprotocols: ["chat.v2"])
            #expect(try await bob.refusal(#""type":"status","status":"invisible""#) == nil)
            #expect(try await bobsRooms.next("status")["status"]?.text == "invisible")
            let left = try await alice.next("presence_diff") { $0["left"]?.array?.isEmpty == false }
            #expect(left["left"]?.array?.compactMap(\.text) == ["bob"])
            #expect(left["count"]?.int == 1)
            let end = Int64(Date().timeIntervalSince1970 * 1_000) + 1_500
            let time = Timestamp(milliseconds: end).description
            #expect(try await bob.refusal(#""type":"status","status":"invisible","expires_at":"\#(time)""#) == nil)
            let joined = try await alice.next("presence_diff") { $0["joined"]?.array?.isEmpty == false }
            #expect(joined["joined"]?.array?.compactMap(\.text) == ["bob"])
            #expect(try await alice.next("status")["status"]?.text == "online")
            #expect(try await shown(chat, "bob")["status"]?.text == "online")
        }
    }

    @Test("Who does nothing for a while is away, until he does something")
    func away() async throws {
        try await ChatFixture.with(environment: ["CHAT_AWAY_SECONDS": "2"]) { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let away = try await alice.next("status") { $0["user_id"]?.text == "bob" }
            #expect(away["status"]?.text == "away")
            try await bob.send(#"{"type":"typing","typing":true}"#)
            let back = try await alice.next("status") { $0["user_id"]?.text == "bob" }
            #expect(back["status"]?.text == "online")
        }
    }

    @Test("When somebody was last seen is noted when he leaves")
    func lastSeen() async throws {
        try await ChatFixture.with { chat in
            #expect(try await chat.get("/users/nobody", "asker").status == 404)
            #expect(try await chat.get("/users/me", "asker").body["user_id"]?.text == "asker")
            let bob = try await chat.joinV2("lobby", "bob")
            let during = try #require(try await shown(chat, "bob")["last_seen"]?.text)
            await bob.connection.close()
            await chat.server.stop()
            let again = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let after = try #require(try await chat.get("/users/bob", "asker", on: again).body["last_seen"]?.text)
            #expect(after >= during)
            await again.stop()
        }
    }

    @Test("A status that is none is refused, by frame and by REST, and nothing is stored")
    func refused() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let long = String(repeating: "x", count: 101)
            for fields in [
                #""status":"gone""#, #""status":7"#, #""text":"x""#, #""status":"busy","text":"\#(long)""#,
                #""status":"busy","emoji":"no emoji""#, #""status":"busy","expires_at":"tomorrow""#,
                #""status":"busy","expires_at":"2001-01-01T00:00:00Z""#,
            ] {
                #expect(try await alice.refusal(#""type":"status",\#(fields)"#) == "bad_request", "\(fields)")
                #expect(try await chat.put("/users/me/status", "alice", "{\(fields)}").status == 400, "\(fields)")
            }
            let users = try await chat.withDatabase { try $0.find("users", ["_id": "alice"]) }
            #expect(users.allSatisfy { $0.document("status") == nil })
        }
    }
}
