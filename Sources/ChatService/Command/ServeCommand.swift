internal import ArgumentParser
internal import ChatService
internal import Logging

/// `chat serve`: runs the service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the chat service until Ctrl-C.",
        discussion: """
            Every setting can stand on the command line (--chat-port 8080), in the environment (CHAT_PORT=8080) or in a
            JSON file ({"chat": {"port": 8080}}); the first of these that names it wins.

            \(settings)

            Exit codes: 0 stopped, 1 unexpected, 64 a setting cannot be used, 69 the address is in use, 78 the database's
            schema is behind or ahead of this version.
            """)

    @Option(help: "A JSON file with settings.")
    var config: String?

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Settings, each as --key value.", valueName: "settings"))
    var settings: [String] = []

    func run() async throws {
        let service: ServiceConfiguration
        do {
            service = try await ServiceConfiguration(
                reader: ServiceConfiguration.reader(flags: settings, file: config))
        } catch {
            StandardStreams.error(error.description)
            throw ExitCode(64)
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = service.logLevel
            return handler
        }
        let application = ChatApplication(configuration: service, logger: Logger(label: "chat"))
        do {
            try await application.run { url in StandardStreams.write("ready \(url)\n") }
        } catch let error as StartError {
            StandardStreams.error(error.description)
            throw ExitCode(error.exitCode)
        }
    }

    private static var settings: String {
        Setting.all.map { setting in
            "\(setting.flag) (\(setting.environmentName)): \(setting.meaning) Default: \(setting.standard)."
        }.joined(separator: "\n")
    }
}

extension StartError {
    /// As sysexits.h numbers them.
    fileprivate var exitCode: Int32 {
        switch code {
        case .configuration: 64
        case .address: 69
        case .schema: 78
        default: 1
        }
    }
}
