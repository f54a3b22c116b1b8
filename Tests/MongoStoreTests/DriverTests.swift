import BSON
import Testing
import TestSupport

@testable import MongoStore

@Suite struct SmokeTests {
    @Test func roundTrip() async throws {
        let db = try await EmbeddedDatabase.start()
        let client = try MongoClient(MongoConfiguration(uri: db.uri, database: "t"))
        let outcome = try await client.run("insert") { try $0.insert("x", [["_id": 1], ["_id": 1], ["_id": 2]]) }
        print(outcome)
        print(try await client.run("identity") { try $0.primaryIdentity() })
        let docs = try await client.run("find") { try $0.find("x", [:]) }
        print(docs)
        await db.kill()
        let clock = ContinuousClock()
        print(await clock.measure { do { _ = try await client.run("find") { try $0.find("x", [:]) } } catch { print(error) } })
        print(await clock.measure { do { _ = try await client.run("find") { try $0.find("x", [:]) } } catch { print(error) } })
        try await db.restart()
        print(await clock.measure { do { print(try await client.run("find") { try $0.find("x", [:]) }) } catch { print(error) } })
        print(try await client.run("identity") { try $0.primaryIdentity() })
        await client.shutdown()
    }
}
