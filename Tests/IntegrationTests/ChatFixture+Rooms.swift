import Auth
import Chat
import ChatClient
import NIOHTTP1
import TestSupport

// Rooms, as tests make and change them over REST.
extension ChatFixture {
    /// Any request; `body` is JSON.
    func request(
        _ method: HTTPMethod, _ path: String, _ user: String, _ body: String? = nil,
        scopes: Set<Identity.Scope> = [], headers more: [(String, String)] = []
    ) async throws -> (status: Int, body: JSON) {
        let token = try TokenIssuer(secret: SigningSecret(ChatServer.secret)).issue(
            userID: UserID(user), scopes: scopes, lifetimeSeconds: 3_600
        ).token
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
        headers.add(contentsOf: more)
        let response = try await PlainHTTP.request(
            method, server.url + path, headers: headers, body: body.map { Array($0.utf8) }, on: group)
        return (response.status, response.text.isEmpty ? .null : try JSON(response.text))
    }

    /// Makes a room; its maker is its owner.
    func makeRoom(_ id: String, _ visibility: String = "private", by owner: String = "owner") async throws {
        let body = #"{"id":"\#(id)","name":"Room \#(id)","visibility":"\#(visibility)"}"#
        let made = try await request(.POST, "/rooms", owner, body)
        guard made.status == 201 else { throw ChildProcess.Failure("no room: \(made)") }
    }

    /// Puts somebody into a room, with a role.
    func put(_ user: String, in room: String, as role: String = "member", by owner: String = "owner") async throws {
        let answer = try await request(.PUT, "/rooms/\(room)/members/\(user)", owner, #"{"role":"\#(role)"}"#)
        guard answer.status == 200 else { throw ChildProcess.Failure("\(user) is not in \(room): \(answer)") }
    }
}
