import BSON
import Testing
import TextIndex

@testable import MongoStore

@Suite struct SearchTests {
    private func criteria(_ text: String, from user: String? = nil) -> SearchCriteria {
        SearchCriteria(pattern: TextPattern(text), userID: user)
    }

    private func withRoom(
        content: @escaping @Sendable (Int64) -> String,
        _ body: @escaping @Sendable (MongoConnection, RoomRecord) throws -> Void
    ) async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                let room = try connection.rooms.createIfMissing(SampleMessages.room("r")).room
                _ = try connection.messages.insert(SampleMessages.make("r", 1...1000, content: content))
                try body(connection, room)
            }
        }
    }

    @Test func `hits come newest first, page by page, until the beginning`() async throws {
        try await withRoom(content: { $0 % 10 == 0 ? "a Needle here" : "hay" }) { connection, room in
            var seen: [Int64] = []
            var before: ObjectID?
            repeat {
                let search = MessageSearch(criteria("needle"), before: before, limit: 7, timeBudget: .seconds(20))
                let result = try search.run(in: room, connection)
                #expect(result.hits.count <= 7)
                #expect(result.hits.allSatisfy { $0.ranges == [2..<8] })
                seen += result.hits.map(\.record.seq)
                before = result.next
            } while before != nil
            #expect(seen == (1...100).reversed().map { Int64($0 * 10) })
        }
    }

    @Test func `a search can be for one author's messages`() async throws {
        try await withRoom(content: { _ in "same" }) { connection, room in
            let result = try MessageSearch(criteria("SAME", from: "u3"), limit: 3).run(in: room, connection)
            #expect(result.hits.map(\.record.seq) == [998, 993, 988])
            #expect(result.next == SampleMessages.id(988))
        }
    }

    @Test func `without time left it still looks through one window, and says where it stopped`() async throws {
        try await withRoom(content: { $0 == 5 ? "needle" : "hay" }) { connection, room in
            var search = try RoomSearch(room, criteria("needle"), before: 1001, state: nil, window: 100, connection)
            var hits: [SearchHit] = []
            var rounds = 0
            while !search.isDone {
                let before = search.before
                hits += try search.advance(limit: 50, connection)
                #expect(search.before < before)
                rounds += 1
            }
            #expect(hits.map(\.record.seq) == [5])
            #expect(rounds >= 2)
            let result = try MessageSearch(criteria("needle"), limit: 5, timeBudget: .zero).run(in: room, connection)
            #expect(result.hits.isEmpty)
            #expect(try #require(result.next) < SampleMessages.id(1000))
        }
    }

    @Test(arguments: [
        ".*", "^", "$", "a|b", "(a+)+$", "[x]", "{2}", "\\", "\\Q", "\\E", "?", "+", "*", "#", " ", "-", "/", "ß", "👋",
        "C++ (or $5.00)?", "'\"", "a\nb",
    ])
    func `every character means itself`(text: String) async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                let room = try connection.rooms.createIfMissing(SampleMessages.room("r")).room
                _ = try connection.messages.insert(
                    SampleMessages.make("r", 1...3) { $0 == 2 ? "before\(text)after" : "nothing of the kind: abx22" })
                let result = try MessageSearch(criteria(text), limit: 50).run(in: room, connection)
                #expect(result.hits.map(\.record.seq) == (text == " " ? [3, 2, 1] : [2]))
                #expect(result.next == nil)
            }
        }
    }

    @Test(arguments: [
        ("äpfel UND öL", "ÄPFEL und O\u{308}l"), ("strasse", "Straße"), ("STRASSE", "straße"), ("όσος", "ΌΣΟΣ"),
        ("abc", "ＡＢＣ"), ("ガッツ", "ｶﾞｯﾂ"), ("kelvin", "\u{212A}elvin"),
    ])
    func `case, width and composition do not count, beyond ASCII either`(query: String, text: String) async throws {
        try await withRoom(content: { $0 == 9 ? "x \(text) y" : "hay" }) { connection, room in
            let result = try MessageSearch(criteria(query), limit: 5, timeBudget: .seconds(20)).run(
                in: room, connection)
            #expect(result.hits.map(\.record.seq) == [9])
        }
    }

    @Test func `files, links and mentions are found, deleted messages never`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                let room = try connection.rooms.createIfMissing(SampleMessages.room("r")).room
                var records = SampleMessages.make("r", 1...6) { $0 == 2 ? "see HTTPS://example.org/x" : "text" }
                records[2].extra = ["mentions": ["u1"]]
                records[3].extra = ["attachments": [["file_id": "f"]]]
                records[4].extra = ["mentions": [], "attachments": []]
                records[5].extra = ["deleted_at": .datetime(milliseconds: 1)]
                records[5].content = ""
                _ = try connection.messages.insert(records)
                func found(_ attributes: Set<SearchCriteria.Attribute>, from user: String? = nil) throws -> [Int64] {
                    let criteria = SearchCriteria(pattern: nil, userID: user, attributes: attributes)
                    return try MessageSearch(criteria, limit: 9).run(in: room, connection).hits.map(\.record.seq)
                }
                #expect(try found([.link]) == [2])
                #expect(try found([.mention]) == [3])
                #expect(try found([.file]) == [4])
                #expect(try found([.file, .link]) == [])
                #expect(try found([], from: "u1") == [1])
            }
        }
    }

    @Test func `windows aim at 100 ms`() {
        #expect(SearchWindow.next(after: 1000, took: .milliseconds(100)) == 1000)
        #expect(SearchWindow.next(after: 1000, took: .milliseconds(200)) == 500)
        #expect(SearchWindow.next(after: 1000, took: .zero) == 4000)
        #expect(SearchWindow.next(after: 100, took: .seconds(9)) == SearchWindow.smallest)
        #expect(SearchWindow.next(after: 50_000, took: .milliseconds(1)) == SearchWindow.largest)
    }
}
