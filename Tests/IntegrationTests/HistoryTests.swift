import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

@Suite("History and search, over real sockets on a real database")
struct HistoryTests {
    @Test("500 messages are paged back without gap or repeat while others write")
    func paging() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...500 { try await alice.say("message \(number)") }
            _ = try await alice.next("message") { $0["seq"]?.int == 500 }
            let start = try await chat.get("/chat/lobby/history?limit=7").body
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let bob = try await chat.join("lobby", "bob")
                    for number in 1...200 { try await bob.say("meanwhile \(number)") }
                    _ = try await bob.next("message") { $0["seq"]?.int == 700 }
                }
                group.addTask {
                    var seqs = try #require(start["messages"]?.array).compactMap { $0["seq"]?.int }
                    #expect(seqs == Array(494...500))
                    var next = start["next_before_id"]?.text
                    while let before = next {
                        let page = try await chat.get("/chat/lobby/history?limit=37&before_id=\(before)").body
                        let part = try #require(page["messages"]?.array).compactMap { $0["seq"]?.int }
                        #expect(part.last.map { $0 + 1 } == seqs.first)
                        seqs = part + seqs
                        next = page["next_before_id"]?.text
                    }
                    #expect(seqs == Array(1...500))
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("after_id gives what is newer, oldest first")
    func newer() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...5 { try await alice.say("message \(number)") }
            let second = try await alice.next("message") { $0["seq"]?.int == 2 }
            _ = try await alice.next("message") { $0["seq"]?.int == 5 }
            let id = try #require(second["_id"]?.text)
            let page = try await chat.get("/chat/lobby/history?limit=2&after_id=\(id)").body
            #expect(page["messages"]?.array?.compactMap { $0["seq"]?.int } == [3, 4])
        }
    }

    @Test("A joiner sees the last 50, and the newest page is the same as the database's")
    func joining() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...120 { try await alice.say("message \(number)") }
            _ = try await alice.next("message") { $0["seq"]?.int == 120 }
            let bob = try await chat.join("lobby", "bob")
            let history = try await bob.frame()
            #expect(history.type == "history")
            #expect(history["messages"]?.array?.compactMap { $0["seq"]?.int } == Array(71...120))
            // 100 are in memory, so 110 come from the database.
            let memory = try await chat.get("/chat/lobby/history?limit=60").body["messages"]?.array
            let database = try await chat.get("/chat/lobby/history?limit=110").body["messages"]?.array
            #expect(memory?.isEmpty == false)
            #expect(memory == database?.suffix(60).map { $0 })
        }
    }

    @Test("Joining a room that is in use, and reading its newest page, reads no messages from the database")
    func memory() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...60 { try await alice.say("message \(number)") }
            _ = try await alice.next("message") { $0["seq"]?.int == 60 }
            // Without the collection, only memory can answer.
            try await chat.withDatabase { _ = try $0.write(["drop": "messages"]) }
            let bob = try await chat.join("lobby", "bob")
            #expect(try await bob.frame()["messages"]?.array?.count == 50)
            #expect(try await chat.get("/chat/lobby/history?limit=50").body["messages"]?.array?.count == 50)
        }
    }

    @Test("Search finds literal text without regard to case, newest first, and pages")
    func search() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            let texts = ["Costs $5.00 (net)", "costs 5x00", "ÄPFEL und Birnen", "a.*b", "aXXb", "COSTS $5.00 (NET)"]
            for text in texts { try await alice.say(text) }
            _ = try await bob.next("message") { $0["seq"]?.int == 6 }
            try await bob.say("bob's $5.00 (net)")
            _ = try await alice.next("message") { $0["seq"]?.int == 7 }
            func found(_ query: String) async throws -> [Int] {
                try await chat.get("/chat/lobby/search?\(query)").body["messages"]?.array?
                    .compactMap { $0["seq"]?.int } ?? []
            }
            #expect(try await found("q=%245.00+%28net%29") == [7, 6, 1])
            #expect(try await found("q=%245.00+%28net%29&from=alice") == [6, 1])
            #expect(try await found("q=%C3%A4pfel") == [3])
            #expect(try await found("q=a.*b") == [4])
            #expect(try await found("q=nothing+like+it") == [])
            let first = try await chat.get("/chat/lobby/search?q=costs&limit=2").body
            #expect(first["messages"]?.array?.compactMap { $0["seq"]?.int } == [6, 2])
            let next = try #require(first["next_before_id"]?.text)
            #expect(try await found("q=costs&limit=2&before_id=\(next)") == [1])
        }
    }

    @Test("A private room's messages are for its members")
    func privateRoom() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("secret", "alice")
            try await alice.say("between us")
            _ = try await alice.next("message")
            await alice.connection.close()
            try await chat.withDatabase { connection in
                _ = try connection.update(
                    "rooms",
                    [UpdateOperation(filter: ["_id": "secret"], update: ["$set": ["visibility": "private"]])])
            }
            // Another process, which has the room not in memory.
            let other = try await ChatServer.start(uri: chat.uri, database: chat.database)
            for path in ["/chat/secret/history", "/chat/secret/search?q=us"] {
                let (status, body) = try await chat.get(path, "stranger", on: other)
                #expect(status == 403)
                #expect(body["error"]?["code"]?.text == "forbidden")
            }
            for path in ["/chat/secret", "/chat/secret/events"] {
                let refusal = await #expect(throws: UpgradeRefused.self) {
                    _ = try await chat.open(path, "stranger", on: other)
                }
                #expect(refusal?.response.status == 403)
            }
            let member = try await chat.join("secret", "alice", on: other)
            #expect(try await member.frame()["messages"]?.array?.count == 1)
            await other.stop()
        }
    }
}
