internal import ArgumentParser

/// The `chat` command.
@main
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "A chat service on MongoDB, and a client for the terminal.",
        subcommands: [ServeCommand.self, TokenCommand.self, ConnectCommand.self])
}
