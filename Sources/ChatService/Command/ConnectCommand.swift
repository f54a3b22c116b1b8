internal import ArgumentParser
internal import Auth
internal import Chat
internal import ChatClient

/// `chat connect`: a room in the terminal, or in a pipe.
struct ConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Talk in a room from the terminal.",
        discussion: """
            At a terminal: type to send, /help lists the commands. In a pipe each line of the input is sent, and the \
            command ends when the last one is acknowledged. It reconnects by itself; nothing is shown or stored twice.

            Exit codes: 0 done; 1 a line was not sent; 64 wrong usage; 69 no connection; 77 not let in; 130 Ctrl-C.
            """)

    @Argument(help: "The room: 1 to 64 of A-Z a-z 0-9 _ . : -")
    var room: RoomID

    @Option(help: "The service (default ws://CHAT_HOST:CHAT_PORT, or ws://127.0.0.1:8080).")
    var url: String?

    @Option(help: "A token (or the variable CHAT_TOKEN, which others cannot see).")
    var token: String?

    @Option(name: .customLong("user-id"), help: "Without a token: who to be, with the secret of this machine.")
    var userID: UserID?

    @Option(help: "Without a token: the name that others see.")
    var name: String?

    @Flag(help: "In a pipe: stay after the end of the input.")
    var follow = false

    @Option(help: "In a pipe: give up after so long without a connection.")
    var patience = Lifetime(seconds: 60)

    @OptionGroup var tokens: LocalTokens

    func run() async throws {
        let endpoint: RoomEndpoint
        do {
            endpoint = try RoomEndpoint(server: url ?? Self.standardURL, room: room.rawValue)
        } catch {
            throw Refusal.usage(error.message)
        }
        let source = try tokenSource()
        let isInteractive = RawTerminal.isPossible
        var settings = RoomSession.Settings(
            userID: source.userID ?? "", clientIDPrefix: SessionDriver.newClientIDPrefix(),
            isInteractive: isInteractive)
        settings.follows = follow
        settings.patienceMilliseconds = isInteractive ? nil : patience.seconds * 1_000
        let driver = SessionDriver(
            session: RoomSession(settings: settings), endpoint: endpoint, tokens: source, room: room.rawValue)
        let status = await isInteractive ? driver.runAtTerminal() : driver.runInPipe()
        if status != .success { throw ExitCode(status.rawValue) }
    }

    private func tokenSource() throws -> TokenSource {
        if let token = token ?? LocalTokens.environment("CHAT_TOKEN") { return .given(token) }
        guard let userID = try userID ?? LocalTokens.environment("USER").map({ try UserID($0) }) else {
            throw Refusal.usage("say who you are: --token TOKEN, or --user-id ID")
        }
        return .made(try tokens.issuer(creatingSecret: false), userID, name)
    }

    /// Where `chat serve` with the same variables listens.
    private static var standardURL: String {
        var host = LocalTokens.environment("CHAT_HOST") ?? "127.0.0.1"
        if host == "0.0.0.0" || host == "::" { host = "127.0.0.1" }
        if host.contains(":") { host = "[\(host)]" }
        return "ws://\(host):\(LocalTokens.environment("CHAT_PORT") ?? "8080")"
    }
}

extension RoomID: ExpressibleByArgument {
    package init?(argument: String) {
        guard let id = try? RoomID(argument) else { return nil }
        self = id
    }
}
