import BSON
import Foundation
import Testing
import TestSupport

@testable import MongoStore

struct MigrateCommandTests {
    @Test func upDryRunStatusAndVerifySayHowFarADatabaseIs() async throws {
        try await Scratch.with { scratch in
            var run = try await MigrateProgram.run(["up", "--dry-run"], on: scratch)
            #expect(run.status == 3)
            #expect(run.output.contains("step 3: build-indexes"))
            #expect(try await scratch.run { try StandingDatabase(of: $0) } == StandingDatabase())
            run = try await MigrateProgram.run(["verify"], on: scratch)
            #expect(run.status == 4 && run.output.contains("messages: the collection is missing"))
            run = try await MigrateProgram.run(["status"], on: scratch)
            #expect(run.status == 0 && run.output.contains("1  create-collections  pending"))

            run = try await MigrateProgram.run(["up"], on: scratch)
            #expect(run.status == 0 && run.output.contains("step 4 done in"))
            run = try await MigrateProgram.run(["up", "--dry-run"], on: scratch)
            #expect(run.status == 0 && run.output.contains("nothing to do"))
            run = try await MigrateProgram.run(["up"], on: scratch)
            #expect(run.status == 0 && run.output.contains("nothing to do"))
            run = try await MigrateProgram.run(["verify"], on: scratch)
            #expect(run.status == 0)
            run = try await MigrateProgram.run(["status"], on: scratch)
            #expect(run.status == 0 && run.output.contains("4  set-validators  applied 20"))
        }
    }

    @Test func theEnvironmentNamesTheDatabaseToo() async throws {
        try await Scratch.with { scratch in
            let environment = ["MONGODB_URI": scratch.uri, "MONGODB_DATABASE": scratch.database]
            let run = try await MigrateProgram.run(["up", "--dry-run"], environment: environment)
            #expect(run.status == 3 && run.output.contains(scratch.database))
        }
    }

    @Test func aConflictOfOptionsShowsInTheExitCodeAndBothDefinitions() async throws {
        try await Scratch.with { scratch in
            let foreign: BSONDocument = ["key": ["username": 1], "name": "username_1", "unique": true]
            try await scratch.run { _ = try $0.write(["createIndexes": "users", "indexes": [.document(foreign)]]) }
            let run = try await MigrateProgram.run(["up"], on: scratch)
            #expect(run.status == 4)
            #expect(run.errors.contains("database: username_1 {username: 1}, unique: true"))
            #expect(run.errors.contains("schema:   username_1 {username: 1}, collation:"))
            let dry = try await MigrateProgram.run(["up", "--dry-run"], on: scratch)
            #expect(dry.status == 3 && dry.output.contains("in the way"))
        }
    }

    @Test func aDatabaseThatIsAheadIsLeftAlone() async throws {
        try await Scratch.with { scratch in
            let later = AppliedMigration(version: 99, name: "later", checksum: "0123456789abcdef")
            try await scratch.insert("schema_migrations", [later.document])
            for command in ["up", "verify", "status"] {
                let run = try await MigrateProgram.run([command], on: scratch)
                #expect(run.status == 78, "\(command)")
                #expect((run.errors + run.output).contains("99"), "\(command)")
            }
        }
    }

    @Test func twoAtOnceDoTheWorkOnce() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(300))
            let runs = try (0..<3).map { _ in try MigrateProgram.start(["up"], on: scratch) }
            var outputs: [String] = []
            for run in runs {
                let result = await MigrateProgram.result(of: run)
                #expect(result.status == 0, "\(result.errors)")
                outputs.append(result.output)
            }
            #expect(outputs.filter { $0.contains("step 3 done") }.count == 1)
            #expect(outputs.filter { $0.contains("nothing to do") }.count == 2)
            #expect(areDense(try await scratch.documents("messages")))
            #expect(try await scratch.documents("schema_migrations").count == MigrationStep.all.count)
        }
    }

    @Test func ctrlCEndsARunThatWaitsAndOneThatWorksAndFreesTheLock() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(6000))
            let working = try MigrateProgram.start(["up"], on: scratch)
            try await working.lines(containing: "looking through", on: .output, within: .seconds(120))
            let waiting = try MigrateProgram.start(["up"], on: scratch)
            try await waiting.lines(containing: "waiting for another migration", on: .error, within: .seconds(120))
            waiting.signal(SIGTERM)
            #expect(await waiting.ended() == 143)
            working.signal(SIGINT)
            let status = await working.ended()
            // Or it was done by then.
            #expect(status == 130 || status == 0)
            #expect(try await scratch.documents("schema_lock") == [])
            #expect(try await MigrateProgram.run(["up"], on: scratch).status == 0)
            #expect(areDense(try await scratch.documents("messages")))
        }
    }

    @Test func aDatabaseThatIsAwayIsSaidSoAfterABoundedWait() async throws {
        // Nothing listens on the discard port.
        let run = try await MigrateProgram.run(["up", "--wait", "1", "--uri", "mongodb://127.0.0.1:9/"])
        #expect(run.status == 69)
        #expect(run.errors.contains("the database is away"))
        #expect(!run.errors.contains("nothing to do"))
    }

    @Test(arguments: [
        ["up"], ["up", "--uri", "http://x"], ["up", "--uri", "mongodb://h", "--database", "a/b"],
        ["up", "--uri", "mongodb://h", "--wait", "-1"], ["up", "--uri", "mongodb://h", "--wait", "x"], ["down"],
        ["verify", "--dry-run", "--uri", "mongodb://h"],
    ])
    func wrongUsageExitsWith64(arguments: [String]) async throws {
        let run = try await MigrateProgram.run(arguments)
        #expect(run.status == 64)
        #expect(!run.errors.isEmpty)
    }

    @Test func helpNamesEveryOptionAndExitCode() async throws {
        let root = try await MigrateProgram.run(["--help"])
        #expect(root.status == 0)
        for code in ["0 ", "1 ", "3 ", "4 ", "64 ", "65 ", "69 ", "75 ", "77 ", "78 ", "130 ", "143 "] {
            #expect(root.output.contains("\n  \(code)"), "\(code)")
        }
        let up = try await MigrateProgram.run(["up", "--help"])
        for option in ["--dry-run", "--uri", "--database", "--wait", "MONGODB_URI", "MONGODB_DATABASE"] {
            #expect(up.output.contains(option), "\(option)")
        }
    }

    @Test func noPasswordIsPrinted() async throws {
        let run = try await MigrateProgram.run(["up", "--wait", "1", "--uri", "mongodb://ana:s3cret@127.0.0.1:9/"])
        #expect(run.status == 69)
        #expect(!(run.output + run.errors).contains("s3cret"))
    }
}
