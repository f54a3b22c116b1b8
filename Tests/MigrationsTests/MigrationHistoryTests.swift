import BSON
import Testing

@testable import MongoStore

struct MigrationHistoryTests {
    private func applied(_ count: Int) -> [AppliedMigration] {
        MigrationStep.all.prefix(count).map {
            AppliedMigration(version: $0.version, name: $0.name, checksum: $0.checksum)
        }
    }

    @Test func aDatabaseWithoutRecordsIsEmpty() {
        let history = MigrationHistory(applied: [])
        #expect(history.state == .empty)
        #expect(history.pending == MigrationStep.all)
    }

    @Test func allStepsAppliedIsCurrent() {
        #expect(MigrationHistory(applied: applied(MigrationStep.all.count)).state == .current)
    }

    @Test func someStepsAppliedIsBehindAndNamesTheOthersAndTheCommand() {
        let state = MigrationHistory(applied: applied(2)).state
        #expect(state == .behind(pending: MigrationStep.all.dropFirst(2).map { "\($0.version) \($0.name)" }))
        #expect(state.description.contains("3 build-indexes"))
        #expect(state.description.contains("migrate up"))
    }

    @Test func aStepOfANewerProgramIsAheadEvenWhenOthersArePending() {
        let newer = AppliedMigration(version: 99, name: "later", checksum: "0")
        let state = MigrationHistory(applied: applied(2) + [newer]).state
        #expect(state == .ahead(versions: [99]))
        #expect(!state.isUsable)
    }

    @Test func anotherChecksumNamesItsStep() {
        var records = applied(MigrationStep.all.count)
        records[2].checksum = "0123456789abcdef"
        let state = MigrationHistory(applied: records).state
        #expect(state == .changed(steps: ["3 build-indexes"]))
        #expect(state.description.contains("3 build-indexes"))
    }

    @Test func recordsSurviveTheirWayThroughADocument() throws {
        let record = AppliedMigration(
            version: 3, name: "build-indexes", checksum: "0123456789abcdef", appliedAtMilliseconds: 1_700_000_000_123,
            durationMilliseconds: 456)
        #expect(try AppliedMigration(record.document) == record)
        #expect(throws: MongoError.self) { try AppliedMigration(["_id": "x"]) }
    }
}
