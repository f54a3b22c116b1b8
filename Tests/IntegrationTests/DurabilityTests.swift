import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

@Suite("Nothing acknowledged is lost, and the service recovers by itself")
struct DurabilityTests {
    @Test("kill -9 of the service right after an acknowledgement: the message is there")
    func killedService() async throws {
        try await ChatFixture.with { chat in
            for round in 1...3 {
                let server = try await ChatServer.start(uri: chat.uri, database: chat.database)
                let alice = try await chat.join("lobby", "alice", on: server)
                try await alice.say("round \(round)", clientID: "round-\(round)")
                let acknowledged = try await alice.next("ack")
                await server.kill()
                let id = try #require(acknowledged["_id"]?.text.flatMap { ObjectID($0) })
                let stored = try await chat.withDatabase { try $0.findOne("messages", ["_id": .objectID(id)]) }
                #expect(stored?.string("content") == "round \(round)")
                #expect(stored?.int64("seq") == Int64(round))
            }
        }
    }

    @Test("kill -9 of the database right after an acknowledgement: the message is there after its restart")
    func killedDatabase() async throws {
        try await withOwnDatabase { database, server, chat in
            let alice = try await chat.join("lobby", "alice")
            for number in 1...20 { try await alice.say("message \(number)", clientID: "m\(number)") }
            var acknowledged = 0
            while acknowledged < 20 {
                _ = try await alice.next("ack")
                acknowledged += 1
            }
            await database.kill()
            try await database.restart()
            let fresh = try await ChatServer.start(uri: database.uri, database: chat.database)
            let page = try await chat.get("/chat/lobby/history", on: fresh).body
            #expect(page["messages"]?.array?.compactMap { $0["seq"]?.int } == Array(1...20))
            await fresh.stop()
        }
    }

    @Test("Restart of the service and of the database between write and read loses nothing")
    func restarts() async throws {
        try await withOwnDatabase { database, server, chat in
            let alice = try await chat.join("lobby", "alice")
            try await alice.say("before", clientID: "b")
            _ = try await alice.next("ack")
            #expect(await server.stop() == 0)
            try await database.restart()
            let again = try await ChatServer.start(uri: database.uri, database: chat.database)
            let bob = try await chat.join("lobby", "bob", on: again)
            #expect(try await bob.frame()["messages"]?.array?.first?["content"]?.text == "before")
            #expect(await again.stop() == 0)
        }
    }

    @Test("Database away: sends fail with unavailable, reads with 503, sockets stay; it recovers by itself")
    func databaseAway() async throws {
        try await withOwnDatabase(environment: ["CHAT_SEND_PATIENCE": "2"]) { database, server, chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            try await alice.say("first", clientID: "1")
            _ = try await alice.next("ack")
            await database.kill()
            try await alice.say("second", clientID: "2")
            let refused = try await alice.next("error")
            #expect(refused["code"]?.text == "unavailable")
            #expect(refused["temporary"]?.bool == true)
            #expect(refused["ref"]?.text == "2")
            let (status, body) = try await chat.get("/chat/elsewhere/history")
            #expect(status == 503)
            #expect(body["error"]?["code"]?.text == "unavailable")
            #expect(body["error"]?["temporary"]?.bool == true)
            #expect(try await chat.get("/healthz", nil).status == 200)
            try await server.process.lines(containing: "] not ready", on: .error, within: .seconds(30))
            #expect(try await chat.get("/readyz", nil).status == 503)
            // Typing needs no database.
            try await bob.send(#"{"type":"typing","typing":true}"#)
            _ = try await alice.next("typing")
            try await database.restart()
            try await server.process.lines(2, containing: "] database ready", on: .error, within: .seconds(30))
            #expect(try await chat.get("/readyz", nil).status == 200)
            try await alice.say("second", clientID: "2")
            let acknowledged = try await alice.next("ack")
            #expect(acknowledged["ref"]?.text == "2")
            let seen = try await bob.next("message") { $0["content"]?.text == "second" }
            #expect(seen["seq"] == acknowledged["seq"])
            #expect(try await chat.withDatabase { try $0.count("messages", ["client_id": "2"]) } == 1)
        }
    }

    @Test("Database away at the start: the service waits, says so, and comes up by itself")
    func databaseAwayAtStart() async throws {
        let database = try await EmbeddedDatabase.start()
        let name = TestEnvironment.randomDatabaseName()
        try await ChatServer.migrate(uri: database.uri, database: name)
        await database.stop()
        let process = try ChatServer.launch(uri: database.uri, database: name)
        try await process.lines(containing: "] not ready", on: .error, within: .seconds(30))
        try await database.restart()
        let url = try await process.line(startingWith: "ready ", on: .output, within: .seconds(60))
        #expect(url.hasPrefix("http://127.0.0.1:"))
        #expect(process.text(.error).contains("the database does not answer"))
        process.signal(15)
        #expect(await process.ended() == 0)
        await database.stop()
    }

    @Test("A database that is behind or ahead is refused with 78 and the command to run")
    func schemaBehind() async throws {
        let uri = try TestEnvironment.mongoURI()
        let process = try ChatServer.launch(uri: uri, database: TestEnvironment.randomDatabaseName())
        #expect(await process.ended() == 78)
        #expect(process.text(.error).contains("migrate up"))
        try await ChatFixture.with { chat in
            try await chat.withDatabase { connection in
                let newer: BSONDocument = [
                    "_id": 99, "name": "of-a-later-version", "checksum": "0123456789abcdef",
                    "applied_at": .datetime(milliseconds: 0), "duration_ms": 1,
                ]
                _ = try connection.insert("schema_migrations", [newer])
            }
            let process = try ChatServer.launch(uri: chat.uri, database: chat.database)
            #expect(await process.ended() == 78)
            #expect(process.text(.error).contains("ahead of this program"))
            // The one that runs goes on, and says that it is not ready.
            try await chat.server.process.lines(containing: "] not ready", on: .error, within: .seconds(30))
            #expect(try await chat.get("/readyz", nil).status == 503)
            #expect(try await chat.get("/healthz", nil).status == 200)
        }
    }

    @Test("A busy port is one sentence and exit code 69")
    func busyPort() async throws {
        try await ChatFixture.with { chat in
            let process = try ChatServer.launch(uri: chat.uri, database: chat.database, port: chat.server.port)
            #expect(await process.ended() == 69)
            #expect(process.text(.error).contains("is in use"))
        }
    }

    @Test(
        "An address that cannot be listened on is one sentence and exit code 69",
        arguments: [
            // Of the block for documentation (RFC 5737): nobody's.
            ("203.0.113.5", "203.0.113.5:0 cannot be listened on: Cannot assign requested address\n"),
            ("no host", "the address no host to listen on is not known\n"),
        ])
    func wrongAddress(host: String, sentence: String) async throws {
        let (uri, database) = (try TestEnvironment.mongoURI(), TestEnvironment.randomDatabaseName())
        try await ChatServer.migrate(uri: uri, database: database)
        let process = try ChatServer.launch(uri: uri, database: database, environment: ["CHAT_HOST": host])
        #expect(await process.ended() == 69)
        #expect(process.text(.error).hasSuffix(sentence), "\(process.text(.error))")
    }

    @Test("Graceful shutdown closes sockets with 1001 after what was sent is stored and acknowledged")
    func gracefulShutdown() async throws {
        try await ChatFixture.with { chat in
            let server = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let alice = try await chat.join("lobby", "alice", on: server)
            let listener = try await chat.open("/chat/lobby/events", "listener", on: server)
            for number in 1...50 { try await alice.say("message \(number)", clientID: "m\(number)") }
            // The first acknowledgement shows that the others are under way.
            _ = try await alice.next("ack")
            async let status = server.stop()
            var acknowledged = 1
            while let frame = try await alice.connection.next(within: TestSocket.patience), let text = frame.text {
                if try JSON(text).type == "ack" { acknowledged += 1 }
            }
            #expect(alice.connection.closeReason?.code == 1001)
            #expect(try await listener.closeCode() == 1001)
            #expect(await status == 0)
            let stored = try await chat.withDatabase { try $0.count("messages", ["room_id": "lobby"]) }
            #expect(stored >= acknowledged)
        }
    }

    /// A database of the test's own, which it may kill, with a service on it.
    private func withOwnDatabase(
        environment: [String: String] = [:],
        _ body: (EmbeddedDatabase, ChatServer, ChatFixture) async throws -> Void
    ) async throws {
        let database = try await EmbeddedDatabase.start()
        try await ChatFixture.with(uri: database.uri, environment: environment) { chat in
            try await body(database, chat.server, chat)
        }
        await database.stop()
    }
}
