import BSON
import TestSupport
import Testing

@testable import MongoStore

/// A server of their own, since a fail point strikes every client of a server.
@Suite(.serialized) struct FailPointTests {
    // Ends with the test's process.
    private static let server = Task { try await EmbeddedDatabase.start() }

    private func with(
        configure: (inout MongoConfiguration) -> Void = { _ in }, _ body: (MongoClient) async throws -> Void
    ) async throws {
        try await TestDatabase.with(uri: Self.server.value.uri, configure: configure) { client in
            try await body(client)
            try await disarm(client)
        }
    }

    private func disarm(_ client: MongoClient) async throws {
        _ = try await client.run("disarm") {
            try $0.command(["configureFailPoint": "failCommand", "mode": "off"], database: "admin")
        }
    }

    private func arm(_ client: MongoClient, times: Int = 1, _ data: BSONDocument) async throws {
        _ = try await client.run("arm") {
            try $0.command(
                [
                    "configureFailPoint": "failCommand", "mode": ["times": .int32(Int32(times))],
                    "data": .document(data),
                ], database: "admin")
        }
    }

    private func insert(_ client: MongoClient, _ id: Int32 = 1) async throws -> InsertOutcome {
        try await client.run("insert") { try $0.insert("things", [["_id": .int32(id)]]) }
    }

    @Test(
        arguments: [
            (10107, MongoError.Code.notPrimary), (11602, .notPrimary), (91, .notPrimary), (189, .notPrimary),
            (50, .timeout), (11601, .interrupted), (89, .network),
        ] as [(Int32, MongoError.Code)])
    func `an insert that the server fails is thrown, and the next one works`(
        number: Int32, code: MongoError.Code
    ) async throws {
        try await with { client in
            try await arm(client, ["failCommands": ["insert"], "errorCode": .int32(number)])
            let error = await #expect(throws: MongoError.self) { try await insert(client) }
            #expect(error?.code == code)
            #expect(error?.serverCode == number)
            #expect(error?.isTransient == true)
            #expect(error?.outcomeUnknown == true)
            #expect(try await insert(client).insertedCount == 1)
        }
    }

    @Test func `a connection that is closed on an insert is a network error, sent once`() async throws {
        try await with { client in
            try await arm(client, ["failCommands": ["insert"], "closeConnection": true])
            let error = await #expect(throws: MongoError.self) { try await insert(client) }
            #expect(error?.code == .network)
            #expect(error?.outcomeUnknown == true)
            #expect(try await insert(client).insertedCount == 1)
        }
    }

    @Test func `a read on a connection that is closed is repeated by the driver`() async throws {
        try await with { client in
            try await arm(client, ["failCommands": ["find", "aggregate"], "closeConnection": true])
            #expect(try await client.run("find") { try $0.find("things", [:]) }.isEmpty)
        }
    }

    @Test func `an insert with a write concern error says both what it did and what is wrong`() async throws {
        try await with { client in
            try await arm(
                client,
                [
                    "failCommands": ["insert"],
                    "writeConcernError": ["code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting timed out"],
                ])
            let outcome = try await insert(client)
            #expect(outcome.insertedCount == 1)
            #expect(outcome.writeErrors.isEmpty)
            #expect(outcome.writeConcernError?.code == .writeConcern)
            #expect(outcome.writeConcernError?.serverCode == 64)
            #expect(outcome.writeConcernError?.outcomeUnknown == true)
        }
    }

    @Test func `a write concern error of another command is thrown`() async throws {
        try await with { client in
            try await arm(
                client,
                [
                    "failCommands": ["delete"],
                    "writeConcernError": ["code": 91, "errmsg": "shutting down"],
                ])
            let error = await #expect(throws: MongoError.self) {
                try await client.run("delete") { try $0.delete("things", [:]) }
            }
            #expect(error?.code == .writeConcern)
        }
    }

    @Test func `a transaction that meets a transient error starts over`() async throws {
        try await with { client in
            _ = try await insert(client, 0)
            try await arm(
                client, times: 2,
                [
                    "failCommands": ["insert"], "errorCode": 112,
                    "errorLabels": ["TransientTransactionError"],
                ])
            let attempts = try await client.run("transaction") { connection in
                var attempts = 0
                try connection.withTransaction { connection in
                    attempts += 1
                    _ = try connection.insert("things", [["_id": 1]])
                }
                return attempts
            }
            #expect(attempts == 3)
            #expect(try await client.run("count") { try $0.count("things") } == 2)
        }
    }

    @Test func `a commit whose result is unknown is sent again, the body is not`() async throws {
        try await with { client in
            _ = try await insert(client, 0)
            try await arm(
                client, times: 3,
                [
                    "failCommands": ["commitTransaction"], "errorCode": 91, "errorLabels": ["RetryableWriteError"],
                ])
            let attempts = try await client.run("transaction") { connection in
                var attempts = 0
                try connection.withTransaction { connection in
                    attempts += 1
                    _ = try connection.insert("things", [["_id": 1]])
                }
                return attempts
            }
            #expect(attempts == 1)
            #expect(try await client.run("count") { try $0.count("things") } == 2)
        }
    }

    @Test func `a transaction that never gets through gives up in time`() async throws {
        try await with(configure: { $0.transactionTimeLimit = .milliseconds(300) }) { client in
            try await arm(
                client, times: 1_000_000,
                ["failCommands": ["insert"], "errorCode": 112, "errorLabels": ["TransientTransactionError"]])
            let began = ContinuousClock.now
            let error = await #expect(throws: MongoError.self) {
                try await client.run("transaction") { connection in
                    try connection.withTransaction { _ = try $0.insert("things", [["_id": 1]]) }
                }
            }
            #expect(error?.hasLabel(MongoError.transientTransaction) == true)
            #expect(.now - began < .seconds(10))
        }
    }

    @Test func `an upsert is repeated after the connection broke`() async throws {
        try await with { client in
            try await arm(client, ["failCommands": ["update"], "closeConnection": true])
            let room = RoomRecord(id: "r", name: "r", createdBy: "u", createdAt: 0)
            let made = try await client.rooms("create") { try $0.createIfMissing(room) }
            #expect(made.room == room)
        }
    }
}
