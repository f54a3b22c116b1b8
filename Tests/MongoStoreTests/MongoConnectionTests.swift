import BSON
import Testing

@testable import MongoStore

@Suite struct MongoConnectionTests {
    @Test func `an ordered insert stops at the first refusal and says which index refused`() async throws {
        try await TestDatabase.with { client in
            let (a, b) = try await client.run("insert") { connection in
                let documents: [BSONDocument] = [["_id": 1], ["_id": 1], ["_id": 2]]
                let first = try connection.insert("things", documents)
                return (first, try connection.insert("things", documents, ordered: false))
            }
            #expect(a.insertedCount == 1)
            #expect(a.writeErrors.map(\.index) == [1])
            #expect(a.writeErrors.first?.code == .duplicateKey)
            #expect(a.writeErrors.first?.keyPattern == ["_id"])
            #expect(a.writeErrors.first?.indexName == "_id_")
            #expect(b.insertedCount == 1)
            #expect(b.writeErrors.map(\.index) == [0, 1])
        }
    }

    @Test func `a validator's refusal is told apart`() async throws {
        try await TestDatabase.with { client in
            let outcome = try await client.run("insert") { connection in
                _ = try connection.write(["create": "strict", "validator": ["$jsonSchema": ["required": ["a"]]]])
                return try connection.insert("strict", [["b": 1], ["a": 1]], ordered: false)
            }
            #expect(outcome.insertedCount == 1)
            #expect(outcome.writeErrors.map(\.code) == [.validation])
            #expect(outcome.writeErrors.first?.serverCode == 121)
        }
    }

    @Test func `inserting nothing does nothing`() async throws {
        try await TestDatabase.with { client in
            let inserted = try await client.run("insert") { try $0.insert("things", []) }
            #expect(inserted.insertedCount == 0)
            let updated = try await client.run("update") { try $0.update("things", []) }
            #expect(updated.matched == 0)
        }
    }

    @Test func `a cursor brings everything over many batches, or stops in the middle`() async throws {
        try await TestDatabase.with { client in
            let (all, some, sorted) = try await client.run("cursor") { connection in
                _ = try connection.insert("things", (0..<1000).map { ["_id": .int32($0)] })
                let all = try connection.find("things", [:], options: FindOptions(batchSize: 7))
                var some = 0
                try connection.forEach("things", [:], options: FindOptions(batchSize: 7)) { _ in
                    some += 1
                    return some < 100
                }
                let sorted = try connection.find(
                    "things", ["_id": ["$gte": 10]],
                    options: FindOptions(sort: ["_id": -1], limit: 3, skip: 2, projection: ["_id": 1]))
                return (all, some, sorted)
            }
            #expect(Set(all.compactMap { $0.int64("_id") }) == Set(0..<1000))
            #expect(some == 100)
            #expect(sorted == [["_id": 997], ["_id": 996], ["_id": 995]])
        }
    }

    @Test func `what the body of a loop throws comes through, and the connection works on`() async throws {
        struct Own: Error {}
        try await TestDatabase.with { client in
            await #expect(throws: Own.self) {
                try await client.run("loop") { connection in
                    _ = try connection.insert("things", (0..<50).map { ["_id": .int32($0)] })
                    try connection.forEach("things", [:], options: FindOptions(batchSize: 5)) { _ in throw Own() }
                }
            }
            let count = try await client.run("count") { try $0.count("things") }
            #expect(count == 50)
        }
    }

    @Test func `aggregate, distinct, count and findOne read what is there`() async throws {
        try await TestDatabase.with { client in
            try await client.run("reads") { connection in
                _ = try connection.insert("things", (0..<10).map { ["_id": .int32($0), "odd": .bool($0 % 2 == 1)] })
                let sums = try connection.aggregate(
                    "things",
                    [["$group": ["_id": "$odd", "sum": ["$sum": "$_id"]]], ["$sort": ["_id": 1]]],
                    options: AggregateOptions(batchSize: 1))
                #expect(sums.compactMap { $0.int64("sum") } == [20, 25])
                #expect(try connection.count("things", ["odd": true]) == 5)
                #expect(try connection.count("nothing") == 0)
                #expect(try connection.distinct("things", "odd").count == 2)
                #expect(try connection.findOne("things", ["_id": 3]) == ["_id": 3, "odd": true])
                #expect(try connection.findOne("things", ["_id": 77]) == nil)
                let user = try connection.find("things", [:], options: FindOptions(source: .userReadPreference))
                #expect(user.count == 10)
                let local = try connection.find("things", [:], options: FindOptions(source: .primaryLocal))
                #expect(local.count == 10)
            }
        }
    }

    @Test func `updates say what they matched, changed and made`() async throws {
        try await TestDatabase.with { client in
            try await client.run("update") { connection in
                _ = try connection.insert("things", [["_id": 1, "n": 1], ["_id": 2, "n": 1], ["_id": 3, "n": 2]])
                let outcome = try connection.update(
                    "things",
                    [
                        UpdateOperation(filter: ["n": 1], update: ["$set": ["n": 2]], multi: true),
                        UpdateOperation(filter: ["_id": 3], update: ["$set": ["n": 2]]),
                        UpdateOperation(filter: ["_id": 4], update: ["$set": ["n": 4]], upsert: true),
                        UpdateOperation(filter: ["_id": 1], pipeline: [["$set": ["n": ["$add": ["$n", 40]]]]]),
                    ])
                #expect(outcome.matched == 4)
                #expect(outcome.modified == 3)
                #expect(outcome.upserted == [UpdateOutcome.Upserted(index: 2, id: 4)])
                #expect(try connection.findOne("things", ["_id": 1])?.int64("n") == 42)
                #expect(try connection.delete("things", ["n": 2], limit: 1) == 1)
                #expect(try connection.delete("things", [:]) == 3)
            }
        }
    }

    @Test func `an update's refusal is in the outcome, and thrown when asked`() async throws {
        try await TestDatabase.with { client in
            try await client.run("update") { connection in
                _ = try connection.insert(
                    "users", [["_id": "1", "username": "ann"], ["_id": "2", "username": "bob"]])
                let outcome = try connection.update(
                    "users", [UpdateOperation(filter: ["_id": "2"], update: ["$set": ["username": "ANN"]])])
                #expect(outcome.writeErrors.first?.code == .duplicateKey)
                #expect(outcome.writeErrors.first?.keyPattern == ["username"])
                let error = #expect(throws: MongoError.self) { try outcome.checked() }
                #expect(error?.code == .duplicateKey)
            }
        }
    }

    @Test func `findAndModify returns the document before or after`() async throws {
        try await TestDatabase.with { client in
            try await client.run("modify") { connection in
                let made = try connection.findAndModify(
                    "things", ["_id": 1], update: ["$inc": ["n": 1]], upsert: true, returnNew: true)
                #expect(made == ["_id": 1, "n": 1])
                let before = try connection.findAndModify(
                    "things", ["_id": 1], update: ["$inc": ["n": 1]], projection: ["n": 1, "_id": 0])
                #expect(before == ["n": 1])
                #expect(try connection.findAndModify("things", ["_id": 9], update: ["$inc": ["n": 1]]) == nil)
                let error = #expect(throws: MongoError.self) {
                    _ = try connection.findAndModify("things", ["_id": 1], update: ["$nonsense": ["n": 1]])
                }
                #expect(error?.code == .command)
            }
        }
    }

    @Test func `an unknown command is the server's error, by number and name`() async throws {
        try await TestDatabase.with { client in
            let error = await #expect(throws: MongoError.self) {
                try await client.run("unknown") { try $0.command(["nonsense": 1]) }
            }
            #expect(error?.code == .command)
            #expect(error?.serverCode == 59)
            #expect(error?.codeName == "CommandNotFound")
            #expect(error?.isTransient == false)
        }
    }

    @Test func `bytes that are no document are refused before they are sent`() async throws {
        try await TestDatabase.with { client in
            let error = await #expect(throws: MongoError.self) {
                try await client.run("broken") { try $0.find("things", BSONDocument(trusted: [9, 0, 0, 0, 1])) }
            }
            #expect(error?.code == .decoding)
            let error2 = await #expect(throws: MongoError.self) {
                try await client.run("broken") { try $0.command(BSONDocument(trusted: [])) }
            }
            #expect(error2?.code == .decoding)
        }
    }

    @Test func `a server's own identity is known without a round trip and agrees with hello`() async throws {
        try await TestDatabase.with { client in
            try await client.run("identity") { connection in
                let identity = try connection.primaryIdentity()
                #expect(identity.processID != nil)
                #expect(try identity == PrimaryIdentity(hello: connection.hello()))
            }
        }
    }

    @Test func `many jobs at once share a small pool`() async throws {
        try await TestDatabase.with { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let outcome = try await client.run("insert") {
                            try $0.insert("things", [["_id": .int32(Int32(index))]])
                        }
                        #expect(outcome.insertedCount == 1)
                    }
                }
                try await group.waitForAll()
            }
            let count = try await client.run("count") { try $0.count("things") }
            #expect(count == 200)
        }
    }

    @Test func `a write concern that cannot be had is told apart`() async throws {
        // A replica set of one can never have five acknowledgements.
        try await TestDatabase.with { client in
            let error = await #expect(throws: MongoError.self) {
                try await client.run("write") {
                    try $0.command([
                        "insert": "things", "documents": [["_id": 1]], "writeConcern": ["w": 5, "wtimeout": 100],
                    ])
                }
            }
            #expect(error?.code == .writeConcern)
        }
    }
}
