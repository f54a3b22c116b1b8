import BSON
import TestSupport
import Testing

@testable import MongoStore

/// What happens to a client when its server goes and comes.
@Suite(.serialized) struct ServerFaultTests {
    /// Asks until the server answers: the client must find it by itself.
    private func waitUntilReachable(_ client: MongoClient) async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while true {
            do {
                _ = try await client.run("ping") { try $0.command(["ping": 1], database: "admin") }
                return
            } catch let error as MongoError where error.isTransient && .now < limit {
                continue
            }
        }
    }

    @Test func `a client made while the server is away finds it when it comes`() async throws {
        let server = try await EmbeddedDatabase.start()
        await server.stop()
        let client = try MongoClient(
            MongoConfiguration(uri: server.uri + "?serverSelectionTimeoutMS=500", database: "faults"))
        let error = await #expect(throws: MongoError.self) {
            try await client.run("find") { try $0.find("things", [:]) }
        }
        #expect(error?.code == .noServer)
        #expect(error?.outcomeUnknown == false)
        try await server.restart()
        try await waitUntilReachable(client)
        let outcome = try await client.run("insert") { try $0.insert("things", [["_id": 1]]) }
        #expect(outcome.insertedCount == 1)
        await client.shutdown()
        await server.stop()
    }

    @Test func `a server that is killed during a command makes a network error, and what was acknowledged stays`()
        async throws
    {
        let server = try await EmbeddedDatabase.start()
        let client = try MongoClient(
            MongoConfiguration(uri: server.uri + "?serverSelectionTimeoutMS=500", database: "faults"))
        let lane = try client.makeLane(name: "lane-fault")
        let (stream, report) = AsyncStream.makeStream(of: Result<Int32, MongoError>.self)
        lane.enqueue { connection in
            for id in Int32(0)... {
                do throws(MongoError) {
                    _ = try connection.insert("things", [["_id": .int32(id)]])
                    report.yield(.success(id))
                } catch {
                    report.yield(.failure(error))
                    break
                }
            }
            report.finish()
        }
        var acknowledged: Int32 = -1
        var failure: MongoError?
        for await result in stream {
            switch result {
            case .success(let id):
                acknowledged = id
                // Not awaited: the lane goes on inserting meanwhile.
                if id == 20 { Task { await server.kill() } }
            case .failure(let error): failure = error
            }
        }
        #expect(acknowledged >= 20)
        #expect(failure?.isTransient == true)
        await server.stop()
        try await server.restart()
        try await waitUntilReachable(client)
        let stored = try await client.run("find") { try $0.find("things", [:]) }
        #expect(stored.count >= Int(acknowledged) + 1)
        await client.shutdown()
        await server.stop()
    }

    @Test func `after a restart the same connection works again, as another process`() async throws {
        let server = try await EmbeddedDatabase.start()
        let client = try MongoClient(
            MongoConfiguration(uri: server.uri + "?maxPoolSize=1&serverSelectionTimeoutMS=500", database: "faults"))
        let before = try await client.run("identity") { connection in
            _ = try connection.insert("things", [["_id": 1]])
            return try connection.primaryIdentity()
        }
        try await server.restart()
        try await waitUntilReachable(client)
        let after = try await client.run("identity") { try $0.primaryIdentity() }
        #expect(before.processID != nil)
        #expect(before.processID != after.processID)
        let found = try await client.run("find") { try $0.find("things", [:]) }
        #expect(found == [["_id": 1]])
        await client.shutdown()
        await server.stop()
    }

    @Test func `shutdown ends while the server is away and threads look for it`() async throws {
        let server = try await EmbeddedDatabase.start()
        await server.stop()
        let client = try MongoClient(
            MongoConfiguration(uri: server.uri + "?maxPoolSize=2&serverSelectionTimeoutMS=300", database: "faults"))
        let jobs = (0..<6).map { _ in
            Task { try await client.run("find") { try $0.find("things", [:]) } }
        }
        await client.shutdown()
        for job in jobs {
            let error = await #expect(throws: MongoError.self) { try await job.value }
            #expect(error.map { [.noServer, .shutdown].contains($0.code) } == true)
        }
    }
}
