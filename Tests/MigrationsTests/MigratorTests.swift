import BSON
import Testing

@testable import MongoStore

struct MigratorTests {
    @Test func aNewDatabaseBecomesCurrentAndASecondRunFindsNothingToDo() async throws {
        try await Scratch.with { scratch in
            #expect(try await SchemaCheck.run(scratch.client) == .empty)
            #expect(try await scratch.migrator().up())
            #expect(try await SchemaCheck.run(scratch.client) == .current)
            #expect(try await scratch.differences() == [])
            let records = try await scratch.run { try AppliedMigration.all($0) }
            #expect(records.map(\.version) == MigrationStep.all.map(\.version))
            #expect(records.allSatisfy { $0.durationMilliseconds >= 0 && $0.appliedAtMilliseconds > 0 })
            #expect(try await scratch.migrator().up() == false)
            #expect(try await scratch.documents("schema_lock") == [])
        }
    }

    @Test func theServiceIsToldOfADatabaseThatIsBehindAheadOrOfAnotherOrigin() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            try await scratch.run { _ = try $0.delete("schema_migrations", ["_id": ["$gte": 3]]) }
            #expect(
                try await SchemaCheck.run(scratch.client)
                    == .behind(pending: MigrationStep.all.dropFirst(2).map { "\($0.version) \($0.name)" }))
            #expect(try await scratch.migrator().up())
            #expect(try await SchemaCheck.run(scratch.client) == .current)

            let later = AppliedMigration(version: 99, name: "later", checksum: "0123456789abcdef")
            try await scratch.insert("schema_migrations", [later.document])
            #expect(try await SchemaCheck.run(scratch.client) == .ahead(versions: [99]))
            await #expect(throws: MigrationError.self) { try await scratch.migrator().up() }

            try await scratch.run { connection in
                try connection.delete("schema_migrations", ["_id": 99])
                let change = UpdateOperation(filter: ["_id": 2], update: ["$set": ["checksum": "0123456789abcdef"]])
                _ = try connection.update("schema_migrations", [change]).checked()
            }
            #expect(try await SchemaCheck.run(scratch.client) == .changed(steps: ["2 adopt-older-messages"]))
            let error = await #expect(throws: MigrationError.self) { try await scratch.migrator().up() }
            #expect(error?.code == .state)
            #expect(error?.message.contains("2 adopt-older-messages") == true)
        }
    }

    @Test func anIndexWithOtherOptionsIsReportedAndLeftAlone() async throws {
        try await Scratch.with { scratch in
            let foreign: BSONDocument = ["key": ["room_id": 1, "seq": 1], "name": "room_id_1_seq_1"]
            try await scratch.run {
                _ = try $0.write(["createIndexes": "messages", "indexes": [.document(foreign)]])
            }
            let error = await #expect(throws: MigrationError.self) { try await scratch.migrator().up() }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("schema:   room_id_1_seq_1 {room_id: 1, seq: 1}, unique: true") == true)
            #expect(error?.message.contains("database: room_id_1_seq_1 {room_id: 1, seq: 1}\n") == true)
            // Everything else of the step is done; the step is not.
            #expect(try await scratch.differences().count { !$0.isRepairable } == 1)
            #expect(
                try await SchemaCheck.run(scratch.client)
                    == .behind(pending: MigrationStep.all.dropFirst(2).map { "\($0.version) \($0.name)" }))
            #expect(try await scratch.documents("schema_lock") == [])

            try await scratch.run { _ = try $0.write(["dropIndexes": "messages", "index": "room_id_1_seq_1"]) }
            #expect(try await scratch.migrator().up())
            #expect(try await scratch.differences() == [])
        }
    }

    @Test func whatWentMissingIsNamedAndPutRight() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            try await scratch.run { connection in
                _ = try connection.write(["dropIndexes": "messages", "index": "room_id_1_seq_1"])
                _ = try connection.write(["drop": "audit"])
                _ = try connection.write(["collMod": "rooms", "validator": [:]])
                _ = try connection.write(["collMod": "users", "validationLevel": "moderate"])
                let extra: BSONDocument = ["key": ["colour": 1], "name": "mine"]
                _ = try connection.write(["createIndexes": "rooms", "indexes": [.document(extra)]])
            }
            let texts = try await scratch.differences().map(\.description)
            #expect(texts.count == 5)
            for part in [
                "messages: index room_id_1_seq_1 {room_id: 1, seq: 1}, unique: true is missing",
                "audit: the collection is missing", "rooms: the validator is missing",
                "rooms: index mine {colour: 1} is not in the schema",
                "validationLevel: schema \"strict\", database \"moderate\"",
            ] {
                #expect(texts.contains { $0.contains(part) }, "\(part)")
            }
            #expect(try await scratch.migrator().up())
            #expect(
                try await scratch.differences().map(\.description) == [
                    "rooms: index mine {colour: 1} is not in the schema"
                ])
            #expect(try await scratch.migrator().up() == false)
        }
    }

    @Test func duplicatesInTheWayOfAUniqueIndexAreNamed() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            let reaction: (UInt64) -> BSONDocument = { number in
                [
                    "_id": .objectID(ObjectID(high: number, low: 0)),
                    "message_id": .objectID(ObjectID(high: 9, low: 9)),
                    "room_id": "general", "user_id": "ana", "reaction": "+1", "created_at": .datetime(milliseconds: 1),
                ]
            }
            try await scratch.run {
                _ = try $0.write(["dropIndexes": "reactions", "index": "message_id_1_user_id_1_reaction_1"])
            }
            try await scratch.insert("reactions", [reaction(1), reaction(2)])
            let error = await #expect(throws: MigrationError.self) { try await scratch.migrator().up() }
            #expect(error?.code == .data)
            #expect(error?.message.contains("\"user_id\": \"ana\"") == true)
            #expect(error?.message.contains("in 2 documents") == true)
            #expect(try await scratch.documents("reactions").count == 2)
        }
    }

    @Test func anIndexThatTheServerMayNotHaveFinishedIsBuiltAnew() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            let events = Events()
            // As a run leaves it that was killed together with the server.
            let mark = BuildMark(
                collection: "messages", index: "room_id_1_seq_1", process: ObjectID(high: 1, low: 1))
            try await scratch.run { try mark.write($0) }
            let hasWorked = try await scratch.migrator { events.add($0) }.up()
            #expect(hasWorked)
            #expect(events.all.contains { if case .indexRebuilt = $0 { true } else { false } })
            #expect(try await scratch.differences() == [])
            #expect(try await scratch.documents("schema_lock") == [])
        }
    }

    @Test func anIndexThatTheServerWentOnBuildingIsNotDropped() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            let events = Events()
            try await scratch.run { connection in
                try BuildMark(
                    collection: "messages", index: "room_id_1_seq_1",
                    process: try BuildMark.serverProcess(connection)
                ).write(connection)
            }
            let hasWorked = try await scratch.migrator { events.add($0) }.up()
            #expect(hasWorked)
            #expect(!events.all.contains { if case .indexRebuilt = $0 { true } else { false } })
            #expect(try await scratch.documents("schema_lock") == [])
        }
    }
}
