import Auth
import Chat
import Hummingbird

/// `POST /auth/dev {"user_id", "name"?}`: a token for anyone who asks. For trying out; off unless the configuration
/// switches it on.
struct DevelopmentLoginController: Sendable {
    let issuer: TokenIssuer
    let lifetimeSeconds: Int64 = 7 * 24 * 3_600

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.post("auth/dev", use: login)
    }

    @Sendable private func login(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let (user, name) = try await request.fields { (fields) throws(ChatError) in
            (try UserID(fields.text("user_id")), try fields.optionalText("name"))
        }
        let issued: TokenIssuer.Issued
        do {
            issued = try issuer.issue(userID: user, name: name, lifetimeSeconds: lifetimeSeconds)
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
