import BSON
import MongoStore
import NIOCore
import TestSupport
import Testing

extension FaultTests {
    @Suite(
        "The proxy breaks what goes through it, and a driver with directConnection stays on it",
        .timeLimit(.minutes(2)))
    struct FaultProxyTests {
        @Test("Refusing, stalling and cutting stop a driver; healing lets it go on")
        func stopsTheDriver() async throws {
            try await withDriver { proxy, client in
                try await ping(client)
                await proxy.refuse()
                await #expect(throws: MongoError.self) { try await ping(client) }
                await proxy.heal()
                try await ping(client)
                for direction in [ProxyDirection.both, .toTarget, .toClient] {
                    await proxy.stall(direction)
                    await #expect(throws: MongoError.self) { try await ping(client) }
                    await proxy.heal()
                    try await ping(client)
                }
                await proxy.cut(afterBytes: 10, .toClient)
                await #expect(throws: MongoError.self) { try await ping(client) }
                #expect(await proxy.cutCount > 0)
                await proxy.heal()
                try await ping(client)
            }
        }

        @Test("A delay is added to the way there and back")
        func delays() async throws {
            try await withDriver { proxy, client in
                try await ping(client)
                await proxy.delay(.milliseconds(100))
                let time = try await ContinuousClock().measure { try await ping(client) }
                #expect(time >= .milliseconds(200))
            }
        }

        @Test("With the reply cut off a write is carried out all the same, though its sender cannot know")
        func losesReplies() async throws {
            try await withDriver { proxy, client in
                try await ping(client)
                await proxy.cut(afterBytes: 0, .toClient)
                await #expect(throws: MongoError.self) {
                    _ = try await client.run("test") { try $0.insert("things", [["_id": 1]]) }
                }
                await proxy.heal()
                #expect(try await client.run("test") { try $0.count("things", [:]) } == 1)
            }
        }

        private func withDriver(_ body: (FaultProxy, MongoClient) async throws -> Void) async throws {
            let database = try await EmbeddedDatabase.start()
            let proxy = try await FaultProxy.start(target: database.port)
            let client = try MongoClient(
                MongoConfiguration(
                    uri: "mongodb://127.0.0.1:\(proxy.port)/?directConnection=true&connectTimeoutMS=1000"
                        + "&serverSelectionTimeoutMS=1000&socketTimeoutMS=1000&maxPoolSize=1&retryWrites=false",
                    database: "test"))
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(proxy, client))
            } catch {
                result = .failure(error)
            }
            await client.shutdown()
            await proxy.stop()
            await database.stop()
            try result.get()
        }

        private func ping(_ client: MongoClient) async throws {
            _ = try await client.run("test") { try $0.command(["ping": 1]) }
        }
    }
}
