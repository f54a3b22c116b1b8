import ArgumentParser
import MongoStore

/// `migrate status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the steps, applied and pending, and who is migrating now. Writes nothing.")

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let name = connection.resolvedDatabase
        try await connection.run { migrator throws(MigrationError) in
            let survey = try await migrator.surveyOfAnyState()
            let console = Console()
            console.say("database \(name)")
            for step in survey.history.steps {
                console.say(Self.line(step, survey.history.record(of: step)))
            }
            for record in survey.history.unknown {
                console.say(Self.line(record) + "  unknown to this program")
            }
            if let holder = survey.lock { console.say(Self.line(holder, survey)) }
            if survey.hasBuildMark { console.say("an index was being built when the last run ended, or is now") }
            console.say(survey.history.state.description)
            return survey.history.state.isUsable ? .done : .state
        }
    }

    private static func line(_ step: MigrationStep, _ record: AppliedMigration?) -> String {
        guard let record else { return "  \(step.version)  \(step.name)  pending" }
        return line(record) + (record.checksum == step.checksum ? "" : "  applied with another definition")
    }

    private static func line(_ record: AppliedMigration) -> String {
        "  \(record.version)  \(record.name)  applied \(TimeText.utc(record.appliedAtMilliseconds)) in "
            + TimeText.duration(.milliseconds(record.durationMilliseconds))
    }

    private static func line(_ holder: LockHolder, _ survey: MigrationSurvey) -> String {
        let hasExpired = survey.timeMilliseconds > holder.expiresAtMilliseconds
        return hasExpired
            ? "a migration ended without releasing its lock: \(holder)" : "a migration is at work: \(holder)"
    }
}
