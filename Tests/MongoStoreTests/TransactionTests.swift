import BSON
import Testing

@testable import MongoStore

@Suite struct TransactionTests {
    private struct Own: Error {}

    @Test func `a transaction's writes appear together, and reads in it see them`() async throws {
        try await TestDatabase.with { client in
            try await client.run("transaction") { connection in
                _ = try connection.insert("things", [["_id": 0]])
                let seen = try connection.withTransaction { connection in
                    _ = try connection.insert("things", [["_id": 1]])
                    _ = try connection.update(
                        "things", [UpdateOperation(filter: ["_id": 0], update: ["$set": ["n": 1]])]
                    ).checked()
                    return try connection.find("things", [:], options: FindOptions(sort: ["_id": 1]))
                }
                #expect(seen == [["_id": 0, "n": 1], ["_id": 1]])
                #expect(try connection.count("things") == 2)
            }
        }
    }

    @Test func `what the body throws undoes everything`() async throws {
        try await TestDatabase.with { client in
            try await client.run("transaction") { connection in
                _ = try connection.insert("things", [["_id": 0]])
                #expect(throws: Own.self) {
                    try connection.withTransaction { connection in
                        _ = try connection.insert("things", [["_id": 1]])
                        throw Own()
                    }
                }
                #expect(try connection.count("things") == 1)
                // The connection is as good as new.
                try connection.withTransaction { _ = try $0.insert("things", [["_id": 2]]) }
                #expect(try connection.count("things") == 2)
            }
        }
    }

    @Test func `transactions do not nest`() async throws {
        try await TestDatabase.with { client in
            let error = await #expect(throws: MongoError.self) {
                try await client.run("transaction") { connection in
                    try connection.withTransaction { connection in
                        try connection.withTransaction { _ = try $0.insert("things", [["_id": 1]]) }
                    }
                }
            }
            #expect(error?.code == .command)
        }
    }

    @Test func `increments of many at once all count`() async throws {
        // A loaded machine needs its time: all but one of those that run at the same time start over.
        try await TestDatabase.with(configure: { $0.transactionTimeLimit = .seconds(120) }) { client in
            _ = try await client.run("setup") { try $0.insert("things", [["_id": 0, "n": 0]]) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await client.run(deadline: .seconds(120), "increment") { connection in
                            try connection.withTransaction { connection in
                                let now = try connection.findOne("things", ["_id": 0])?.int64("n") ?? -1
                                _ = try connection.update(
                                    "things",
                                    [UpdateOperation(filter: ["_id": 0], update: ["$set": ["n": .int64(now + 1)]])]
                                ).checked()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let total = try await client.run("read") { try $0.findOne("things", ["_id": 0])?.int64("n") }
            #expect(total == 12)
        }
    }
}
