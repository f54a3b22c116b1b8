internal import ArgumentParser
internal import Auth
internal import Chat

/// `chat token`: a token for a user, for trying out and for scripts. Standard output has the token and nothing else.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print a token (HS256) for a user.",
        discussion: """
            The secret is CHAT_JWT_SECRET, or the file jwt-secret in the data folder, which is made when it is \
            missing. CHAT_JWT_ISSUER and CHAT_JWT_AUDIENCE go into the token.
            """)

    @Option(name: .customLong("user-id"), help: "The user the token speaks for: 1 to 128 bytes.")
    var userID: UserID

    @Option(help: "The name that others see; the user id when it is missing.")
    var name: String?

    @Option(name: .customLong("ttl"), help: "How long it is valid: 90s, 30m, 24h, 7d; a number alone means seconds.")
    var lifetime = Lifetime(seconds: 86_400)

    @Option(help: "What it allows besides: chat:moderator or chat:service. May be given more than once.")
    var scope: [Identity.Scope] = []

    @OptionGroup var tokens: LocalTokens

    func run() async throws {
        let issuer = try tokens.issuer(creatingSecret: true)
        do {
            print(
                try issuer.issue(
                    userID: userID, name: name, scopes: Set(scope), lifetimeSeconds: lifetime.seconds
                ).token)
        } catch {
            throw Refusal.usage(error.message)
        }
    }
}

extension Identity.Scope: ExpressibleByArgument {}
