import ArgumentParser
import BSON
import Chat
import MongoStore

/// The database's own speed: ordered inserts through the C driver, one batch after another, into the same collection
/// with the same indexes and validator as the service's.
struct InsertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "insert", abstract: "Bare inserts of batches.")

    @Option(help: "Connection string of the database.")
    var uri: String
    @Option(help: "Its name; it has the service's schema already.")
    var database: String
    @Option(help: "Messages of a batch.")
    var batch: Double
    @Option(help: "Rooms that they go to in turns.")
    var rooms = 100
    @Option(help: "The beginning of the rooms' names.")
    var roomPrefix = "insert-"
    @Option(help: "Length of a message's content.")
    var contentBytes = 64
    @Option var warmUpSeconds = 1.0
    @Option var seconds = 5.0

    func run() async throws {
        let client = try MongoClient(MongoConfiguration(uri: uri, database: database))
        let lane = try client.makeLane(name: "insert")
        let result = await withCheckedContinuation { continuation in
            lane.enqueue { connection in
                continuation.resume(returning: Result { try insert(MessageRepository(connection)) })
            }
        }
        await client.shutdown()
        let (messages, batches, passed) = try result.get()
        try Output.write([
            "event": "report", "messages": messages, "batches": batches, "seconds": passed, "batch": batch,
        ])
    }

    private func insert(_ repository: MessageRepository) throws -> (messages: Int, batches: Int, seconds: Double) {
        let ids = ObjectIDGenerator()
        let words = String(repeating: "the quick brown fox ", count: contentBytes / 20 + 1)
        let content = String(words.prefix(contentBytes))
        var number = 0
        var owed = 0.0
        func insertBatch() throws -> Int {
            // A batch of 3.4 messages on average is 3 or 4.
            owed += batch
            let count = max(1, Int(owed))
            owed -= Double(count)
            let records = try (0..<count).map { _ in
                defer { number += 1 }
                return try record(number, content, ids.next())
            }
            let outcome = try repository.insert(records)
            guard outcome.insertedCount == count, outcome.writeConcernError == nil else {
                throw LoadError("only \(outcome.insertedCount) of \(count) messages were inserted")
            }
            return count
        }
        let beginning = Clock.nanoseconds
        while Clock.seconds(since: beginning) < warmUpSeconds { _ = try insertBatch() }
        var (messages, batches) = (0, 0)
        let start = Clock.nanoseconds
        while Clock.seconds(since: start) < seconds {
            messages += try insertBatch()
            batches += 1
        }
        return (messages, batches, Clock.seconds(since: start))
    }

    private func record(_ number: Int, _ content: String, _ id: ObjectID) throws -> MessageRecord {
        let room = RoomID(stored: roomPrefix + Engine.padded(number % rooms))
        let user = "user-" + Engine.padded(number % rooms)
        let draft = try MessageDraft(
            roomID: room, author: Author(id: UserID(user), username: user), content: content,
            clientID: "client-\(number)")
        return MessageRecord(
            id: id, roomID: room.rawValue, seq: Int64(number / rooms + 1), userID: user, username: user,
            content: content, timestamp: id.milliseconds, clientID: draft.clientID,
            digest: UInt128(draft.digest.high) << 64 | UInt128(draft.digest.low))
    }
}
