import BSON
import Testing

@testable import MongoStore

@Suite struct SearchTests {
    private func search(
        _ literal: String, from user: String? = nil, before: Int64 = 1001, limit: Int = 50, window: Int64 = 1000,
        budget: Duration = .seconds(20)
    ) -> MessageSearch {
        MessageSearch(
            literal: literal, userID: user, beforeSeq: before, limit: limit, timeBudget: budget, window: window)
    }

    private func withRoom(
        content: @escaping @Sendable (Int64) -> String,
        _ body: @escaping @Sendable (MessageRepository) throws -> Void
    ) async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("r", 1...1000, content: content))
                try body(messages)
            }
        }
    }

    @Test func `hits come newest first, page by page, until the beginning`() async throws {
        try await withRoom(content: { $0 % 10 == 0 ? "a Needle here" : "hay" }) { messages in
            var seen: [Int64] = []
            var before: Int64? = 1001
            while let from = before {
                let result = try messages.search("r", search("needle", before: from, limit: 7, window: 64))
                #expect(result.hits.count <= 7)
                seen += result.hits.map(\.seq)
                before = result.stoppedAt
            }
            #expect(seen == (1...100).reversed().map { Int64($0 * 10) })
        }
    }

    @Test func `a search can be for one author's messages`() async throws {
        try await withRoom(content: { _ in "same" }) { messages in
            let result = try messages.search("r", search("SAME", from: "u3", limit: 3))
            #expect(result.hits.map(\.seq) == [998, 993, 988])
            #expect(result.stoppedAt == 988)
        }
    }

    @Test func `without time left it still looks through one window, and says where it stopped`() async throws {
        try await withRoom(content: { $0 == 5 ? "needle" : "hay" }) { messages in
            var before: Int64? = 1001
            var hits: [MessageRecord] = []
            var rounds = 0
            while let from = before {
                let result = try messages.search("r", search("needle", before: from, window: 100, budget: .zero))
                hits += result.hits
                #expect(result.stoppedAt.map { $0 < from } ?? true)
                before = result.stoppedAt
                rounds += 1
            }
            #expect(hits.map(\.seq) == [5])
            #expect(rounds >= 10)
        }
    }

    @Test(arguments: [
        ".*", "^", "$", "a|b", "(a+)+$", "[x]", "{2}", "\\", "\\Q", "\\E", "?", "+", "*", "#", " ", "-", "/", "ß", "👋",
        "C++ (or $5.00)?", "'\"", "a\nb",
    ])
    func `every character means itself`(text: String) async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                _ = try messages.insert(
                    SampleMessages.make("r", 1...3) { $0 == 2 ? "before\(text)after" : "nothing of the kind: abx22" })
                let result = try messages.search("r", search(text, before: 4))
                let expected: [Int64] = text == " " ? [3, 2, 1] : [2]
                #expect(result.hits.map(\.seq) == expected)
                #expect(result.stoppedAt == nil)
            }
        }
    }

    @Test func `case does not count, beyond ASCII either`() async throws {
        try await withRoom(content: { $0 == 9 ? "ÄPFEL und Öl" : "hay" }) { messages in
            let result = try messages.search("r", search("äpfel UND öL"))
            #expect(result.hits.map(\.seq) == [9])
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
