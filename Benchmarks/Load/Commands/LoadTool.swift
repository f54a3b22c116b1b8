import ArgumentParser

@main
struct LoadTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Loads the chat service over real sockets, for scripts/bench. Only on this machine.",
        subcommands: [RoomsCommand.self, IdleCommand.self, ResumeCommand.self, InsertCommand.self, BurnCommand.self])
}
