import BSON
import Testing

@testable import MongoStore

@Suite struct UserRepositoryTests {
    @Test func `a user is kept up to date`() async throws {
        try await TestDatabase.with { client in
            try await client.users("test") { users in
                #expect(try users.find("1") == nil)
                try users.upsertSeen("1", username: "Ann", at: 1000)
                #expect(
                    try users.find("1")
                        == UserRecord(id: "1", username: "Ann", displayName: "Ann", lastSeen: 1000))
                try users.upsertSeen("1", username: "Anna", displayName: "Anna B.", at: 2000)
                #expect(
                    try users.find("1")
                        == UserRecord(id: "1", username: "Anna", displayName: "Anna B.", lastSeen: 2000))
            }
        }
    }

    @Test func `a name that another user has is no failure`() async throws {
        try await TestDatabase.with { client in
            try await client.users("test") { users in
                try users.upsertSeen("1", username: "Ann", at: 1)
                let second = try users.upsertSeen("2", username: "ANN", at: 2)
                #expect(second.username == "ANN#2")
                #expect(second.displayName == "ANN")
                let again = try users.upsertSeen("2", username: "ANN", at: 3)
                #expect(try users.find("2") == again)
                #expect(try users.find("2")?.username == "ANN#2")
                // Somebody who is really called like that came first.
                try users.upsertSeen("x", username: "ann#3", at: 4)
                let third = try users.upsertSeen("3", username: "ann", at: 5)
                #expect(third.username.hasPrefix("ann#3#"))
                #expect(third.displayName == "ann")
                #expect(try users.find("1")?.username == "Ann")
            }
        }
    }

    @Test func `of many with one name at once all are stored`() async throws {
        try await TestDatabase.with { client in
            let names = try await withThrowingTaskGroup(of: String.self) { group in
                for id in 0..<20 {
                    group.addTask {
                        try await client.users("race") {
                            try $0.upsertSeen("id\(id % 10)", username: "same", at: 0).username
                        }
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(names.contains("same"))
            let stored = try await client.run("count") { try $0.count("users") }
            #expect(stored == 10)
        }
    }
}
