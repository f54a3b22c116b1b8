import BSON
import Foundation
import MongoStore

/// A database of one test's own on the server that `MONGODB_TEST_URI` names; dropped at the end where that is cheap.
enum TestDatabase {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `body` with a client of a new database with the collections of the schema.
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
        // Patient: many tests share one server and a few cores.
        var configuration = MongoConfiguration(uri: uri, database: name, defaultDeadline: .seconds(60))
        configure(&configuration)
        let client = try MongoClient(configuration)
        var failure: (any Error)?
        do {
            try await client.run("schema", makeCollections)
            try await body(client)
        } catch {
            failure = error
        }
        // First the jobs that may still run: dropping what a transaction is open on blocks some servers.
        await client.shutdown()
        await drop(configuration)
        if let failure { throw failure }
    }

    /// SecantusDB drops document by document, each with its own flush, while everybody else waits: 10 s for 500
    /// messages. Its folder is thrown away after the tests, so there the database stays.
    private static func drop(_ configuration: MongoConfiguration) async {
        guard let client = try? MongoClient(configuration) else { return }
        _ = try? await client.run("drop") { connection in
            guard try connection.hello().string("setName") != "secantus" else { return }
            _ = try connection.write(["dropDatabase": 1])
        }
        await client.shutdown()
    }

    private static let makeCollections: @Sendable (MongoConnection) throws -> Void = { connection in
        let collections = [
            Schema.messages, Schema.changes, Schema.rooms, Schema.members, Schema.users, Schema.searchRooms,
            Schema.searchSegments,
        ]
        for collection in collections {
            var create: BSONDocument = ["create": .string(collection.name)]
            if let validator = collection.validator { create.append("validator", .document(validator)) }
            _ = try connection.write(create)
            guard !collection.indexes.isEmpty else { continue }
            _ = try connection.write([
                "createIndexes": .string(collection.name),
                "indexes": .array(BSONArray(collection.indexes.map(\.specification))),
            ])
        }
    }
}

/// Messages as a room's log would write them.
enum SampleMessages {
    /// `seqs` of a room, ids one second apart, `u0`…`u4` in turn.
    static func make(
        _ room: String, _ seqs: ClosedRange<Int64>, random: UInt64 = 7,
        content: (Int64) -> String = { "message \($0)" }
    ) -> [MessageRecord] {
        seqs.map { seq in
            let id = id(seq, room: random)
            return MessageRecord(
                id: id, roomID: room, seq: seq, userID: "u\(seq % 5)", username: "User \(seq % 5)",
                content: content(seq), timestamp: id.milliseconds, clientID: "c\(seq)", digest: UInt128(seq))
        }
    }

    /// A public room of this id.
    static func room(_ id: String) -> RoomRecord {
        RoomRecord(id: id, name: id, createdBy: "u0", createdAt: 1_700_000_000_000)
    }

    /// The id of the message with this number.
    static func id(_ seq: Int64, room: UInt64 = 7) -> ObjectID {
        ObjectID(time: 1_700_000_000_000 + seq * 1000, counter: 0, random: room)
    }
}
