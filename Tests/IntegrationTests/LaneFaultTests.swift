import BSON
import Foundation
import MongoStore
import TestSupport
import Testing

/// The real service on a real database that fails when told to (`configureFailPoint`), which a kill cannot make it do.
@Suite("A database that fails loses, repeats and disorders nothing", .serialized) struct LaneFaultTests {
    /// What strikes inserts, which only the log makes.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let data: BSONDocument
    }

    private static let faults = [
        Fault(testDescription: "not a primary", data: ["errorCode": 10107]),
        Fault(testDescription: "primary stepped down", data: ["errorCode": 189]),
        Fault(testDescription: "shutting down", data: ["errorCode": 91]),
        Fault(testDescription: "the command took too long", data: ["errorCode": 50]),
        Fault(testDescription: "the connection breaks", data: ["closeConnection": true]),
        Fault(
            testDescription: "written, but not acknowledged in time by the majority",
            data: ["writeConcernError": ["code": 64, "codeName": "WriteConcernFailed", "errmsg": "timed out"]]),
        // Longer than the socket's patience: the caller hears of an error, and the command takes effect later.
        Fault(testDescription: "written late", data: ["blockConnection": true, "blockTimeMS": 2_500]),
    ]

    @Test(
        "During a stream of two senders: stored once, in order, as acknowledged and shown; it recovers by itself",
        arguments: faults)
    func stream(_ fault: Fault) async throws {
        try await withOwnDatabase(patience: 30) { chat in
            let people = [try await chat.join("lobby", "alice"), try await chat.join("lobby", "bob")]
            let reader = try await chat.join("lobby", "carol")
            try await arm(chat, fault.data, mode: ["skip": 3, "times": 4])
            async let first = say(24, by: "alice", on: people[0])
            async let second = say(24, by: "bob", on: people[1])
            let acknowledged = try await first.merging(second) { one, _ in one }
            try await chat.server.process.lines(containing: "cannot write messages", on: .error, within: .seconds(1))
            let stored = try await messages(chat)
            #expect(stored.map { $0.int64("seq") } == (1...48).map { Int64($0) })
            let ids = stored.compactMap { $0.objectID("_id") }
            #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
            for user in ["alice", "bob"] {
                let own = stored.filter { $0.string("user_id") == user }.compactMap { $0.string("client_id") }
                #expect(own == (1...24).map { "\(user)-\($0)" })
            }
            for message in stored {
                let answer = acknowledged[message.string("client_id") ?? ""]
                #expect(answer?["seq"]?.int == message.int64("seq").map(Int.init))
                #expect(answer?["_id"]?.text == message.objectID("_id")?.description)
            }
            for seq in 1...48 { #expect(try await reader.next("message")["seq"]?.int == seq) }
        }
    }

    @Test("A full database: refused with unavailable, nothing acknowledged that is not stored; then it goes on")
    func full() async throws {
        try await withOwnDatabase(patience: 2) { chat in
            let alice = try await chat.join("lobby", "alice")
            try await alice.say("before", clientID: "before")
            _ = try await alice.next("ack")
            try await arm(chat, ["errorCode": 14031, "errorLabels": .array([])], mode: "alwaysOn")
            for number in 1...5 { try await alice.say("\(number)", clientID: "m\(number)") }
            for number in 1...5 {
                let refused = try await alice.next("error")
                #expect(refused["ref"]?.text == "m\(number)")
                #expect(refused["code"]?.text == "unavailable")
                #expect(refused["temporary"]?.bool == true)
            }
            #expect(try await messages(chat).count == 1)
            try await arm(chat, [:], mode: "off")
            for number in 1...5 { try await alice.say("\(number)", clientID: "m\(number)") }
            for number in 1...5 { #expect(try await alice.next("ack")["seq"]?.int == number + 1) }
        }
    }

    @Test(
        "A database restarted empty: no order is invented, it is said loudly, and rooms that are made anew are written")
    func emptied() async throws {
        let database = try await EmbeddedDatabase.start()
        try await ChatFixture.with(uri: database.uri, environment: ["CHAT_SEND_PATIENCE": "2"]) { chat in
            let alice = try await chat.join("lobby", "alice")
            try await alice.say("before", clientID: "before")
            _ = try await alice.next("ack")
            await database.kill()
            for file in try FileManager.default.contentsOfDirectory(
                at: database.folder, includingPropertiesForKeys: nil)
            {
                try FileManager.default.removeItem(at: file)
            }
            try await database.restart()
            try await alice.say("after", clientID: "after")
            #expect(try await alice.next("error")["code"]?.text == "unavailable")
            let log = chat.server.process
            try await log.lines(containing: "migrate up", on: .error, within: .seconds(30))
            #expect(try await messages(chat).isEmpty)

            try await ChatServer.migrate(uri: chat.uri, database: chat.database)
            try await log.lines(2, containing: "] database ready", on: .error, within: .seconds(30))
            try await alice.say("after", clientID: "after")
            #expect(try await alice.next("error")["code"]?.text == "unavailable")
            try await log.lines(containing: "the room is not in the database", on: .error, within: .seconds(10))
            #expect(try await messages(chat).isEmpty)

            let bob = try await chat.join("elsewhere", "bob")
            try await bob.say("fine", clientID: "fine")
            #expect(try await bob.next("ack")["seq"]?.int == 1)
        }
        await database.stop()
    }

    // MARK: Parts

    /// Says so many things, four at a time, and returns the acknowledgements by `client_id`.
    private func say(_ count: Int, by user: String, on socket: TestSocket) async throws -> [String: JSON] {
        var answers: [String: JSON] = [:]
        for number in 1...count + 4 {
            if number <= count { try await socket.say("content \(number)", clientID: "\(user)-\(number)") }
            guard number > 4 else { continue }
            let answer = try await socket.next("ack")
            #expect(answers.updateValue(answer, forKey: answer["ref"]?.text ?? "") == nil)
        }
        return answers
    }

    private func messages(_ chat: ChatFixture) async throws -> [BSONDocument] {
        try await chat.withDatabase { connection in
            try connection.find("messages", ["room_id": "lobby"], options: FindOptions(sort: ["seq": 1]))
        }
    }

    private func arm(_ chat: ChatFixture, _ data: BSONDocument, mode: BSONValue) async throws {
        var data = data
        data.append("failCommands", .array(BSONArray([.string("insert")])))
        let command: BSONDocument = ["configureFailPoint": "failCommand", "mode": mode, "data": .document(data)]
        _ = try await chat.withDatabase { try $0.command(command, database: "admin") }
    }

    /// A database of the test's own, since a fail point strikes every client of a server.
    private func withOwnDatabase(patience: Int, _ body: (ChatFixture) async throws -> Void) async throws {
        let database = try await EmbeddedDatabase.start()
        let environment = ["CHAT_SEND_PATIENCE": "\(patience)"]
        try await ChatFixture.with(
            uri: database.uri + "?socketTimeoutMS=2000", environment: environment, body)
        await database.stop()
    }
}
