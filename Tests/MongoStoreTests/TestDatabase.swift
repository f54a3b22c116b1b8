import BSON
import Foundation
import MongoStore

/// A database of one test's own on the server that `MONGODB_TEST_URI` names; dropped at the end.
enum TestDatabase {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `body` with a client of a new, empty database with the indexes of the schema.
    /// - Parameter uri: instead of the server that `MONGODB_TEST_URI` names.
    static func with(
        uri: String? = nil, configure: (inout MongoConfiguration) -> Void = { _ in },
        _ body: (MongoClient) async throws -> Void
    ) async throws {
        guard let uri = uri ?? ProcessInfo.processInfo.environment["MONGODB_TEST_URI"] else {
            throw Missing(
                description: "MONGODB_TEST_URI is not set: it names the server to test with. scripts/test sets it.")
        }
        let name = "test_" + String(UInt64.random(in: 0 ... .max), radix: 36)
        var configuration = MongoConfiguration(uri: uri, database: name)
        configure(&configuration)
        let client = try MongoClient(configuration)
        var failure: (any Error)?
        do {
            try await client.run("indexes", makeIndexes)
            try await body(client)
        } catch {
            failure = error
        }
        _ = try? await client.run("drop") { try $0.write(["dropDatabase": 1]) }
        await client.shutdown()
        if let failure { throw failure }
    }

    private static let makeIndexes: @Sendable (MongoConnection) throws -> Void = { connection in
        try makeIndex(connection, "messages", ["room_id": 1, "seq": 1])
        try makeIndex(connection, "messages", ["room_id": 1, "user_id": 1, "client_id": 1])
        try makeIndex(connection, "members", ["room_id": 1, "user_id": 1])
        try makeIndex(connection, "users", ["username": 1], collation: ["locale": "en", "strength": 2])
    }

    private static func makeIndex(
        _ connection: MongoConnection, _ collection: String, _ keys: BSONDocument, collation: BSONDocument? = nil
    ) throws {
        var index: BSONDocument = [
            "key": .document(keys), "name": .string(keys.keys.joined(separator: "_")), "unique": true,
        ]
        if let collation { index.append("collation", .document(collation)) }
        _ = try connection.write([
            "createIndexes": .string(collection), "indexes": .array(BSONArray([index])),
        ])
    }
}

/// Messages as a room's log would write them.
enum SampleMessages {
    /// `seqs` of a room, ids one second apart, `u0`…`u4` in turn.
    static func make(
        _ room: String, _ seqs: ClosedRange<Int64>, content: (Int64) -> String = { "message \($0)" }
    ) -> [MessageRecord] {
        seqs.map { seq in
            let id = id(seq)
            return MessageRecord(
                id: id, roomID: room, seq: seq, userID: "u\(seq % 5)", username: "User \(seq % 5)",
                content: content(seq), timestamp: id.milliseconds, clientID: "c\(seq)", digest: UInt128(seq))
        }
    }

    /// The id of the message with this number.
    static func id(_ seq: Int64, room: UInt64 = 7) -> ObjectID {
        ObjectID(time: 1_700_000_000_000 + seq * 1000, counter: 0, random: room)
    }
}
