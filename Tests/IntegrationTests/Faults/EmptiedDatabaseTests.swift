import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

extension FaultTests {
    @Suite("The database comes back empty under a running service")
    struct EmptiedDatabaseTests {
        @Test(
            "It says so loudly, is not ready, refuses to send, and invents no order: what it acknowledges is stored",
            .timeLimit(.minutes(2)))
        func inventsNothing() async throws {
            let database = try await EmbeddedDatabase.start()
            try await ChatFixture.with(uri: database.uri, environment: ["CHAT_SEND_PATIENCE": "3"]) { chat in
                let alice = try await chat.join("lobby", "alice")
                for number in 1...5 { try await alice.say("message \(number)", clientID: "\(number)") }
                for _ in 1...5 { _ = try await alice.next("ack") }
                await database.kill()
                // The same port, another folder.
                var options = EmbeddedDatabase.Options()
                options.port = database.port
                let empty = try await EmbeddedDatabase.start(options)
                try await chat.server.process.lines(containing: "critical", on: .error, within: .seconds(30))
                let (status, body) = try await chat.get("/readyz", nil)
                #expect(status == 503)
                #expect(body["reason"]?.text?.isEmpty == false)
                // The socket may have been closed, since what it saw is gone.
                let socket = (try? await alice.connection.ping()) == nil ? nil : alice
                if let socket {
                    for number in 6...8 { try await socket.say("message \(number)", clientID: "\(number)") }
                    for number in 6...8 {
                        let refused = try await socket.answer(to: "\(number)")
                        #expect(refused.type == "error")
                        #expect(refused["code"]?.text == "unavailable")
                        #expect(refused["temporary"]?.bool == true)
                    }
                }
                #expect(try await chat.withDatabase { try $0.count("messages", [:]) } == 0)
                #expect(try await chat.get("/healthz", nil).status == 200)
                await empty.stop()
            }
            await database.stop()
        }
    }
}
