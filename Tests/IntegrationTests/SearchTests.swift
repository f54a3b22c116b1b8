import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

@Suite("Search, over real sockets on a real database")
struct SearchTests {
    private struct Hit: Hashable {
        var room: String
        var content: String
    }

    private static func hits(_ page: JSON) -> [Hit] {
        page["messages"]?.array?.map { Hit(room: $0["room_id"]?.text ?? "", content: $0["content"]?.text ?? "") } ?? []
    }

    @Test("A hit tells where the text stands, in UTF-16 units as JavaScript counts")
    func matches() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            try await alice.say("👋 Straße, STRASSE")
            _ = try await alice.next("message")
            let page = try await chat.get("/chat/lobby/search?q=strasse").body
            let message = try #require(page["messages"]?.array?.first)
            let ranges = message["matches"]?.array?.map { $0.array?.compactMap(\.int) ?? [] }
            #expect(ranges == [[3, 9], [11, 18]])
            #expect(message["type"]?.text == "message")
            #expect(page["indexed_through"] == .null)
            let any = try await chat.get("/chat/lobby/search?from=alice").body
            #expect(any["messages"]?.array?.first?["matches"]?.array == [])
        }
    }

    @Test("A search through all rooms finds what is in the user's own, newest first, page by page")
    func rooms() async throws {
        try await ChatFixture.with { chat in
            let (red, blue) = (try await chat.join("red", "alice"), try await chat.join("blue", "alice"))
            let other = try await chat.join("other", "bob")
            for number in 1...6 {
                try await (number % 2 == 0 ? red : blue).say("Treffer \(number)")
                _ = try await (number % 2 == 0 ? red : blue).next("message") {
                    $0["content"]?.text == "Treffer \(number)"
                }
            }
            try await other.say("Treffer 7")
            _ = try await other.next("message")
            var found: [Hit] = []
            var next: String?
            repeat {
                let page = try await chat.get(
                    "/search?q=treffer&limit=4" + (next.map { "&before_id=\($0)" } ?? ""), "alice")
                #expect(page.status == 200)
                found += Self.hits(page.body)
                next = page.body["next_before_id"]?.text
            } while next != nil
            let expected = (1...6).reversed().map { Hit(room: $0 % 2 == 0 ? "red" : "blue", content: "Treffer \($0)") }
            #expect(found == expected)
            #expect(
                Self.hits(try await chat.get("/search?q=treffer", "bob").body) == [
                    Hit(room: "other", content: "Treffer 7")
                ])
            #expect(Self.hits(try await chat.get("/search?q=treffer", "stranger").body).isEmpty)
            let one = try await chat.get("/search?q=treffer&room_id=red&from=alice", "alice").body
            #expect(Self.hits(one).map(\.room) == ["red", "red", "red"])
        }
    }

    @Test("Nothing of a private room reaches one who is no member, nor one who was")
    func privateRoom() async throws {
        try await ChatFixture.with { chat in
            for user in ["alice", "bob"] {
                let socket = try await chat.join("secret", user)
                try await socket.say("between us, \(user)")
                _ = try await socket.next("message") { $0["user_id"]?.text == user }
                await socket.connection.close()
            }
            try await chat.withDatabase { connection in
                let update = UpdateOperation(filter: ["_id": "secret"], update: ["$set": ["visibility": "private"]])
                _ = try connection.update("rooms", [update]).checked()
                _ = try connection.members.remove(room: "secret", user: "bob")
            }
            // Another process, which has the room not in memory.
            let other = try await ChatServer.start(uri: chat.uri, database: chat.database)
            var hits: [Hit] = []
            var next: String?
            // A search gives up after a while, and says where to go on.
            repeat {
                let more = next.map { "&before_id=\($0)" } ?? ""
                let page = try await chat.get("/search?q=between" + more, "alice", on: other).body
                hits += Self.hits(page)
                next = page["next_before_id"]?.text
            } while next != nil
            #expect(hits.count == 2)
            for user in ["bob", "stranger"] {
                #expect(Self.hits(try await chat.get("/search?q=between", user, on: other).body).isEmpty)
                #expect(try await chat.get("/search?q=between&room_id=secret", user, on: other).status == 403)
            }
            await other.stop()
        }
    }

    @Test("The index follows the room by itself, and the answer says how far it is")
    func indexing() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "0"]) { chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...600 { try await alice.say("message \(number) 今日は") }
            _ = try await alice.next("message") { $0["seq"]?.int == 600 }
            var page = try await chat.get("/chat/lobby/search?q=message+7&limit=200").body
            #expect(Self.hits(page).count == 11)
            // The end of the log is noted every 5 s, the index begins a second later.
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(60)
            while page["indexed_through"]?.int != 512, clock.now < deadline {
                page = try await chat.get("/chat/lobby/search?q=message+7&limit=200").body
            }
            #expect(page["indexed_through"]?.int == 512)
            #expect(Self.hits(page).count == 11)
            let japanese = try await chat.get("/chat/lobby/search?q=今日&limit=3".percentEncoded).body
            #expect(japanese["messages"]?.array?.compactMap { $0["seq"]?.int } == [600, 599, 598])
        }
    }
}

extension String {
    /// For the query of an address: what is not ASCII as the bytes of its UTF-8.
    fileprivate var percentEncoded: String {
        utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "%" + String($0, radix: 16) }.joined()
    }
}
