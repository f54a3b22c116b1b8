import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Many who come to a room for the first time")
struct ManyMembersTests {
    @Test("A thousand newcomers over REST are members in some seconds, each once")
    func arrival() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let count = 1_000
            let start = ContinuousClock.now
            try await withThrowingTaskGroup { group in
                for lane in 0..<100 {
                    group.addTask {
                        for number in stride(from: lane, to: count, by: 100) {
                            let user = "user\(number)"
                            let answer = try await chat.request(.PUT, "/rooms/hall/members/\(user)", user)
                            #expect(answer.status == 200)
                        }
                    }
                }
                try await group.waitForAll()
            }
            print("\(count) newcomers in \(start.duration(to: .now))")
            #expect(start.duration(to: .now) < .seconds(60))
            #expect(try await chat.withDatabase { try $0.count("members", ["room_id": "hall"]) } == count + 1)
            #expect(try await chat.withDatabase { try $0.count("users") } == count)
        }
    }
}
