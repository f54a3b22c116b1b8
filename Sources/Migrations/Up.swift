import ArgumentParser
import MongoStore

/// `migrate up`
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Applies the pending steps.",
        discussion: """
            Also adopts the messages of an older application (messages without seq): stop that application first. \
            Then puts right what went missing since: collections, indexes, validators. An index that stands with \
            another definition is named and left alone (exit code 4).
            """)

    @Flag(help: "Only say what is pending; write nothing. Exits 3 when something is, 0 when not.")
    var dryRun = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (isDry, name) = (dryRun, connection.resolvedDatabase)
        try await connection.run { migrator throws(MigrationError) in
            guard !isDry else { return try await Self.rehearse(migrator, name) }
            let hasWorked = try await migrator.up()
            Console().say("database \(name) is current" + (hasWorked ? "" : ": nothing to do"))
            return .done
        }
    }

    private static func rehearse(_ migrator: Migrator, _ name: String) async throws(MigrationError) -> ExitStatus {
        let console = Console()
        let survey = try await migrator.survey()
        guard !survey.isDone else {
            console.say("database \(name) is current: nothing to do")
            return .done
        }
        console.say("database \(name), pending:")
        for step in survey.history.pending {
            console.say("  step \(step.version): \(step.name)")
            guard step.action == .adoptOlderMessages else { continue }
            let count = try await migrator.unnumberedMessages()
            if count > 0 { console.say("    messages of an older application: \(count)") }
        }
        if survey.hasBuildMark { console.say("  an index that was being built when an earlier run ended") }
        let isNew = survey.history.state == .empty
        for difference in survey.differences where difference.isRepairable && !(isNew && difference.isWholeCollection) {
            console.say("  \(difference)")
        }
        let conflicts = survey.differences.filter(\.isConflict)
        if !conflicts.isEmpty { console.say("in the way, to be changed by hand first:") }
        for conflict in conflicts { console.say("  \(conflict)") }
        return .pending
    }
}
