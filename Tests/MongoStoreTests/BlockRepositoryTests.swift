import BSON
import Testing

@testable import MongoStore

@Suite struct BlockRepositoryTests {
    @Test func `which of many a user has blocked, however many he has blocked`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                let blocks = BlockRepository(connection)
                #expect(try blocks.blocked(by: "ann", among: ["ben"]) == [])
                try blocks.put("ben", by: "ann", at: 1)
                try blocks.put("cleo", by: "dan", at: 1)
                #expect(try blocks.blocked(by: "ann", among: ["ben", "cleo"]) == ["ben"])
                #expect(try blocks.blocked(by: "ann", among: []) == [])
                let many = (0..<600).map { number -> BSONDocument in
                    ["user_id": "eve", "blocked_id": .string("user\(number)")]
                }
                _ = try connection.insert(BlockRepository.collection, many)
                let asked = Set((590..<650).map { "user\($0)" } + ["user0"])
                let expected = Set((590..<600).map { "user\($0)" } + ["user0"])
                #expect(try blocks.blocked(by: "eve", among: asked) == expected)
            }
        }
    }
}
