import ArgumentParser

@main
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings a database to the schema that the chat service needs, and says how far it is.",
        discussion: """
            Safe to run at any time and any number of times: steps that were applied are not applied again, two runs \
            take turns, and an interrupted one goes on where it was. Nothing is ever dropped: what stands in the way \
            is named.

            \(ExitStatus.help)
            """,
        subcommands: [Up.self, Status.self, Verify.self])
}
