import BSON
import Testing

@testable import MongoStore

@Suite struct MemberRepositoryTests {
    @Test func `joining twice keeps the first membership`() async throws {
        try await TestDatabase.with { client in
            try await client.members("test") { members in
                let first = try members.join(room: "r", user: "ann", joinedSeq: 7, at: 1000)
                #expect(first.isNew)
                #expect(first.member.joinedSeq == 7)
                #expect(first.member.readSeq == 7)
                #expect(first.member.joinedAt == 1000)
                #expect(first.member.role == "member")
                let again = try members.join(room: "r", user: "ann", role: "owner", joinedSeq: 9, at: 2000)
                #expect(!again.isNew)
                #expect(again.member == first.member)
                #expect(try members.find(room: "r", user: "ann") == first.member)
                #expect(try members.find(room: "s", user: "ann") == nil)
            }
        }
    }

    @Test func `of many joins at once one is the first`() async throws {
        try await TestDatabase.with { client in
            let results = try await withThrowingTaskGroup(of: (MemberRecord, Bool).self) { group in
                for seq in 0..<16 {
                    group.addTask {
                        try await client.members("race") {
                            try $0.join(room: "r", user: "ann", joinedSeq: Int64(seq), at: 0)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count(where: \.1) == 1)
            #expect(Set(results.map(\.0)).count == 1)
        }
    }

    @Test func `a member who left is gone, and joins anew`() async throws {
        try await TestDatabase.with { client in
            try await client.members("test") { members in
                _ = try members.join(room: "r", user: "ann", joinedSeq: 1, at: 0)
                #expect(try members.remove(room: "r", user: "ann"))
                #expect(try !members.remove(room: "r", user: "ann"))
                let again = try members.join(room: "r", user: "ann", joinedSeq: 5, at: 0)
                #expect(again.isNew)
                #expect(again.member.joinedSeq == 5)
            }
        }
    }

    @Test func `a list goes through all members of one room, in order`() async throws {
        try await TestDatabase.with { client in
            try await client.members("test") { members in
                let users = ["ann", "bob", "Zoë", "ö", "\u{10FFFF}", "9", "~"]
                for user in users {
                    _ = try members.join(room: "r", user: user, joinedSeq: 0, at: 0)
                    _ = try members.join(room: "s", user: user + "2", joinedSeq: 0, at: 0)
                }
                var seen: [String] = []
                while true {
                    let page = try members.list(room: "r", after: seen.last, limit: 2)
                    if page.isEmpty { break }
                    seen += page.map(\.userID)
                }
                // The order of the bytes.
                #expect(seen == users.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
                #expect(try members.list(room: "r", limit: 0).isEmpty)
            }
        }
    }
}
