internal import ArgumentParser
internal import Auth
internal import Chat
#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The settings of the service that a token made on this machine depends on: the same environment variables and
/// flags as `chat serve` has. The secret itself is never a flag, as others can read those.
struct LocalTokens: ParsableArguments {
    @Option(name: .customLong("chat-data"), help: "The data folder (CHAT_DATA; default .chat-data).")
    var dataFolder: String?

    @Option(name: .customLong("chat-jwt-issuer"), help: "What goes into iss (CHAT_JWT_ISSUER).")
    var issuer: String?

    @Option(name: .customLong("chat-jwt-audience"), help: "What goes into aud (CHAT_JWT_AUDIENCE).")
    var audience: String?

    /// - Parameter creatingSecret: whether a secret file is made when there is none.
    /// - Throws: exit code 64 when there is no secret or it cannot be used.
    func issuer(creatingSecret: Bool) throws -> TokenIssuer {
        let folder = dataFolder ?? Self.environment("CHAT_DATA") ?? ".chat-data"
        do {
            return TokenIssuer(
                secret: try secret(folder, creating: creatingSecret),
                issuer: issuer ?? Self.environment("CHAT_JWT_ISSUER"),
                audience: audience ?? Self.environment("CHAT_JWT_AUDIENCE"))
        } catch let error as AuthError {
            throw Refusal.usage(error.message)
        }
    }

    private func secret(_ folder: String, creating: Bool) throws -> SigningSecret {
        if let configured = Self.environment("CHAT_JWT_SECRET") { return try SigningSecret(configured) }
        let file = SecretFile(dataFolder: folder)
        if let secret = try file.load() { return secret }
        guard creating else {
            throw Refusal.usage(
                "there is no token secret in \(folder): pass --token, or set CHAT_DATA to the service's data folder")
        }
        let secret = try file.loadOrCreate()
        StandardStreams.error("made a new token secret in \(file.path)")
        return secret
    }

    /// An empty variable counts as not set.
    static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension UserID: ExpressibleByArgument {
    package init?(argument: String) {
        guard let id = try? UserID(argument) else { return nil }
        self = id
    }
}
