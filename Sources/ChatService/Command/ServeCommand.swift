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
        do {
            let reader = try await ServiceConfiguration.reader(flags: settings, file: config)
            let configuration = try await ServiceConfiguration(reader: reader)
            LoggingSystem.bootstrap { label in
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = configuration.logLevel
                return handler
            }
            let application = ChatApplication(configuration: configuration, logger: Logger(label: "chat"))
            try await application.run { url in StandardOutput.writeLine("ready \(url)") }
        } catch let error as ConfigurationError {
            throw Failure(exitCode: 64, message: error.description)
        } catch let error as StartError {
            throw Failure(exitCode: error.exitCode, message: error.description)
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
