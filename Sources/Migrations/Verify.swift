import ArgumentParser
import MongoStore

/// `migrate verify`
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares every index and validator with the schema and names each difference. Writes nothing.",
        discussion: "Exits 0 when there is no difference, 4 when there is one, 78 when the database is ahead.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let name = connection.resolvedDatabase
        try await connection.run { migrator throws(MigrationError) in
            let survey = try await migrator.survey()
            let console = Console()
            for step in survey.history.pending { console.say("step \(step.version) \(step.name) is not applied") }
            if survey.hasBuildMark { console.say("an index was being built when the last run ended, or is now") }
            for difference in survey.differences { console.say("\(difference)") }
            let count = survey.history.pending.count + survey.differences.count + (survey.hasBuildMark ? 1 : 0)
            guard count == 0 else {
                console.say("database \(name): \(count) difference\(count == 1 ? "" : "s")")
                return .different
            }
            console.say("database \(name) is as the schema has it")
            return .done
        }
    }
}
