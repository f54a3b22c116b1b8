import Auth
import Chat
import FoundationEssentials
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat

/// `POST /auth/dev {"user_id", "name"?}`: a token for anyone who asks. For trying out; off unless the configuration
/// switches it on.
struct DevelopmentLoginController: Sendable {
    private struct Login: Decodable {
        let user_id: String
        let name: String?
    }

    private static let maximumBodyBytes = 4_096

    let issuer: TokenIssuer
    let lifetimeSeconds: Int64 = 7 * 24 * 3_600

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.post("auth/dev", use: login)
    }

    @Sendable private func login(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.maximumBodyBytes)
        guard let login = try? JSONDecoder().decode(Login.self, from: body) else {
            throw ChatError.badRequest("the body is {\"user_id\": text, \"name\": text}")
        }
        let user = try UserID(login.user_id)
        let issued: TokenIssuer.Issued
        do {
            issued = try issuer.issue(userID: user, name: login.name, lifetimeSeconds: lifetimeSeconds)
        } catch {
            throw ChatError.badRequest(error.message)
        }
        return .json { json in
            json.field("token", issued.token)
            json.field("user_id", issued.identity.userID.rawValue)
            json.field("username", issued.identity.username)
            if let seconds = issued.identity.expiresAt {
                json.field("expires_at", Timestamp(milliseconds: seconds * 1_000).description)
            }
        }
    }
}
