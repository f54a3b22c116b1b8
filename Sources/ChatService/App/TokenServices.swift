import Auth
import Logging

/// What checks and makes tokens, from the configuration.
struct TokenServices: Sendable {
    let verifier: TokenVerifier
    /// For the development login; nil where it is off.
    let issuer: TokenIssuer?

    /// - Throws: `StartError` when a secret or a key file cannot be used.
    init(_ configuration: ServiceConfiguration, logger: Logger) async throws(StartError) {
        do throws(AuthError) {
            let keySet = try await Self.keySet(configuration.jwksFile, logger)
            let wantsSecret = keySet == nil || configuration.jwtSecret != nil || configuration.allowsDevelopmentLogin
            var secret: SigningSecret?
            if wantsSecret {
                secret = try SecretFile.resolve(
                    configured: configuration.jwtSecret, dataFolder: configuration.dataFolder)
            }
            var verification = TokenVerifier.Configuration(secret: secret, keySet: keySet)
            verification.issuer = configuration.jwtIssuer
            verification.audiences = configuration.jwtAudience.map { [$0] } ?? []
            verification.leewaySeconds = configuration.jwtLeewaySeconds
            verifier = try TokenVerifier(verification)
            if let secret, configuration.allowsDevelopmentLogin {
                issuer = TokenIssuer(
                    secret: secret, issuer: configuration.jwtIssuer, audience: configuration.jwtAudience)
            } else {
                issuer = nil
            }
        } catch {
            throw StartError(.configuration, error.message)
        }
    }

    private static func keySet(_ file: String?, _ logger: Logger) async throws(AuthError) -> KeySet? {
        guard let file else { return nil }
        return try await KeySet.load(path: file, logger: logger)
    }
}
