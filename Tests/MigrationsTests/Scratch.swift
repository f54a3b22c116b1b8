import BSON
import Foundation
import Logging
import Synchronization
import TestSupport

@testable import MongoStore

/// A database of one test's own, with what an older application would have left in it.
struct Scratch: Sendable {
    let client: MongoClient
    let uri: String

    var database: String { client.database }

    /// Runs `body`, then drops the database.
    /// - Parameter uri: instead of the server that `MONGODB_TEST_URI` names.
    static func with(uri: String? = nil, _ body: (Scratch) async throws -> Void) async throws {
        let uri = try uri ?? TestEnvironment.mongoURI()
        let configuration = MongoConfiguration(
            uri: MigrationConnectionString.patient(uri), database: TestEnvironment.randomDatabaseName())
        let client = try MongoClient(configuration)
        var failure: (any Error)?
        do { try await body(Scratch(client: client, uri: uri)) } catch { failure = error }
        await client.shutdown()
        await drop(configuration)
        if let failure { throw failure }
    }

    /// The embedded server drops document by document, each with its own write to the disk, while everybody else waits;
    /// its folder is thrown away after the tests. So there the database stays.
    private static func drop(_ configuration: MongoConfiguration) async {
        guard let client = try? MongoClient(configuration) else { return }
        _ = try? await client.run("drop") { connection in
            guard try connection.hello().string("setName") != "secantus" else { return }
            _ = try connection.write(["dropDatabase": 1])
        }
        await client.shutdown()
    }

    func run<T: Sendable>(_ job: @escaping @Sendable (MongoConnection) throws -> T) async throws -> T {
        try await client.run(deadline: .seconds(300), "test", job)
    }

    func documents(_ collection: String, _ filter: BSONDocument = [:]) async throws -> [BSONDocument] {
        try await run { try $0.find(collection, filter, options: FindOptions(sort: ["_id": 1])) }
    }

    func insert(_ collection: String, _ documents: [BSONDocument]) async throws {
        try await run { connection in
            let outcome = try connection.insert(collection, documents)
            if let first = outcome.writeErrors.first { throw first.error }
        }
    }

    func migrator(
        _ options: Migrator.Options = Migrator.Options(progressInterval: .milliseconds(1)),
        steps: [MigrationStep] = MigrationStep.all, schema: [CollectionSchema] = Schema.current,
        report: @escaping @Sendable (MigrationEvent) -> Void = { _ in }
    ) -> Migrator {
        Migrator(client: client, options: options, steps: steps, schema: schema, report: report)
    }

    func differences() async throws -> [SchemaDifference] {
        try await run { SchemaDifference.between(Schema.current, try StandingDatabase(of: $0)) }
    }
}

/// Messages as an application on the `motor` driver stored them.
enum OlderApplication {
    static let rooms = ["general", "random", "Ops-1"]

    static func id(_ number: Int) -> ObjectID {
        ObjectID(time: 1_600_000_000_000 + Int64(number) * 1000, counter: 0, random: 77)
    }

    /// The rooms take turns, the users too; names are missing on some, times are texts on others.
    static func message(_ number: Int) -> BSONDocument {
        var document: BSONDocument = [
            "_id": .objectID(id(number)), "room_id": .string(rooms[number % rooms.count]),
            "user_id": .string("user\(number % 7)"), "content": .string("message \(number)"),
        ]
        document.append(
            "timestamp", number % 2 == 0 ? .datetime(milliseconds: 1_600_000_000_000) : "2020-09-13T12:26:40.5")
        if number % 5 != 0 { document.append("username", .string("User \(number % 7)")) }
        return document
    }

    static func messages(_ count: Int) -> [BSONDocument] {
        (0..<count).map(message)
    }
}

/// What a run reported, from whichever thread.
final class Events: Sendable {
    private let events = Mutex<[MigrationEvent]>([])

    func add(_ event: MigrationEvent) {
        events.withLock { $0.append(event) }
    }

    var all: [MigrationEvent] {
        events.withLock { $0 }
    }
}

/// Whether every room's messages are numbered 1, 2, 3, … in the order of their ids.
func areDense(_ messages: [BSONDocument]) -> Bool {
    var last: [String: Int64] = [:]
    return messages.allSatisfy { document in
        let room = document.string("room_id") ?? ""
        last[room, default: 0] += 1
        return document.int64("seq") == last[room]
    }
}
