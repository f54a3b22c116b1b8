import Chat
import Foundation
import Testing

@testable import Auth

@Suite struct TokenIssuerTests {
    @Test func `an issued token is verified with its name, end and id`() throws {
        let issuer = TokenIssuer(secret: try SigningSecret(Forge.secret), issuer: "me", audience: "chat")
        let issued = try issuer.issue(
            userID: try UserID("u-1"), name: " Ada ", lifetimeSeconds: 3600, now: Int64(Forge.now))
        let verifier = try Forge.verifier {
            $0.issuer = "me"
            $0.audiences = ["chat"]
        }
        let identity = try verifier.verify(issued.token)
        #expect(identity == issued.identity)
        #expect(identity.username == "Ada")
        #expect(identity.expiresAt == 1_800_003_600)
        #expect(identity.tokenID?.utf8.count == 22)
    }

    @Test func `the claims have their standard names`() throws {
        let issuer = TokenIssuer(secret: try SigningSecret(Forge.secret))
        let token = try issuer.issue(userID: try UserID("u-1"), lifetimeSeconds: 60, now: 1_000).token
        let payload = try #require(Base64URL.decode(token.split(separator: ".")[1].utf8))
        let claims = try #require(try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
        #expect(Set(claims.keys) == ["sub", "name", "preferred_username", "iat", "exp", "jti"])
        #expect(claims["preferred_username"] as? String == "u-1")
        #expect(claims["iat"] as? Int == 1_000)
        #expect(claims["exp"] as? Int == 1_060)
    }

    @Test func `no token is issued that no verifier takes`() throws {
        let issuer = TokenIssuer(secret: try SigningSecret(Forge.secret))
        #expect(throws: AuthError.self) { try issuer.issue(userID: try UserID(" "), lifetimeSeconds: 60) }
    }

    @Test func `two tokens for the same user differ`() throws {
        let issuer = TokenIssuer(secret: try SigningSecret(Forge.secret))
        let user = try UserID("u-1")
        let first = try issuer.issue(userID: user, lifetimeSeconds: 60, now: 1_000)
        let second = try issuer.issue(userID: user, lifetimeSeconds: 60, now: 1_000)
        #expect(first.token != second.token)
    }

    @Test(arguments: [Int64.min, -1, 0, 10 * 366 * 86_400 + 1, .max])
    func `a lifetime out of bounds is refused`(seconds: Int64) throws {
        let issuer = TokenIssuer(secret: try SigningSecret(Forge.secret))
        #expect(throws: AuthError.self) {
            try issuer.issue(userID: try UserID("u-1"), lifetimeSeconds: seconds)
        }
    }

    @Test func `a user id with quotes and emoji survives`() throws {
        let id = #"O"Brien\ 🙂 {"sub":"root"}"#
        let issuer = TokenIssuer(secret: try SigningSecret(Forge.secret))
        let token = try issuer.issue(userID: try UserID(id), lifetimeSeconds: 60, now: Int64(Forge.now)).token
        #expect(try Forge.verifier().verify(token).userID.rawValue == id)
    }
}
