import BSON
import Foundation
import Testing
import TestSupport

@testable import MongoStore

/// Runs that are killed, and servers that are killed under them.
struct InterruptionTests {
    /// What a run prints when it is in the midst of something.
    private static let moments = [
        "step 1 of 4", "looking through", " numbered, ", "step 3 of 4", "building index room_id_1_seq_1",
        "index room_id_1_seq_1 built", "step 4 of 4",
    ]

    @Test func aKilledRunIsFinishedByTheNext() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(2500))
            for moment in Self.moments {
                let run = try MigrateProgram.start(["up"], on: scratch)
                // A moment that an earlier run has behind it does not come again; then the run ends.
                try? await run.lines(containing: moment, on: .output, within: .seconds(120))
                run.signal(SIGKILL)
                await run.ended()
            }
            let last = try await MigrateProgram.run(["up"], on: scratch)
            #expect(last.status == 0, "\(last.errors)")
            #expect(try await MigrateProgram.run(["verify"], on: scratch).status == 0)
            let messages = try await scratch.documents("messages")
            #expect(messages.count == 2500 && areDense(messages))
            #expect(try await scratch.documents("rooms").count == 3)
            #expect(try await scratch.documents("members").count == 21)
        }
    }

    @Test func aRunGoesOnWhenTheServerComesBack() async throws {
        let server = try await EmbeddedDatabase.start()
        try await Scratch.with(uri: server.uri) { scratch in
            try await scratch.insert("messages", OlderApplication.messages(2500))
            let run = try MigrateProgram.start(["up"], on: scratch)
            for moment in ["looking through", "building index room_id_1_seq_1"] {
                try await run.lines(containing: moment, on: .output, within: .seconds(120))
                await server.kill()
                try await run.lines(containing: "the database is away", on: .error, within: .seconds(60))
                try await server.restart()
            }
            let result = await MigrateProgram.result(of: run)
            #expect(result.status == 0, "\(result.errors)")
            try await Self.expectWholeIndexes(scratch)
        }
        await server.stop()
    }

    @Test func anIndexIsWholeAfterServerAndRunWereKilledWhileItWasBuilt() async throws {
        let server = try await EmbeddedDatabase.start()
        try await Scratch.with(uri: server.uri) { scratch in
            try await scratch.insert("messages", OlderApplication.messages(2500))
            let run = try MigrateProgram.start(["up"], on: scratch)
            try await run.lines(containing: "building index room_id_1_seq_1", on: .output, within: .seconds(120))
            await server.kill()
            run.signal(SIGKILL)
            await run.ended()
            try await server.restart()
            let next = try await MigrateProgram.run(["up"], on: scratch)
            #expect(next.status == 0, "\(next.errors)")
            try await Self.expectWholeIndexes(scratch)
        }
        await server.stop()
    }

    /// Every message is found by the look-up that the index serves.
    private static func expectWholeIndexes(_ scratch: Scratch) async throws {
        #expect(try await scratch.differences() == [])
        let messages = try await scratch.documents("messages")
        #expect(messages.count == 2500 && areDense(messages))
        let missed = try await scratch.run { connection in
            try messages.filter { message in
                let filter: BSONDocument = ["room_id": message["room_id"] ?? .null, "seq": message["seq"] ?? .null]
                return try connection.findOne("messages", filter)?.objectID("_id") != message.objectID("_id")
            }.count
        }
        #expect(missed == 0)
    }
}
