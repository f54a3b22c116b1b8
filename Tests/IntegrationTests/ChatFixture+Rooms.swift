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
        scopes: Set<Identity.Scope> = [], headers more: [(String, String)] = [], on server: ChatServer? = nil
    ) async throws -> (status: Int, body: JSON) {
        let token = try TokenIssuer(secret: SigningSecret(ChatServer.secret)).issue(
            userID: UserID(user), scopes: scopes, lifetimeSeconds: 3_600
        ).token
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
        headers.add(contentsOf: more)
        let response = try await PlainHTTP.request(
            method, (server ?? self.server).url + path, headers: headers, body: body.map { Array($0.utf8) }, on: group)
        return (response.status, response.text.isEmpty ? .null : try JSON(response.text))
    }

    /// Opens a socket as the team's own application, which acts as a user.
    func openActing(
        as user: String, name: String? = nil, _ path: String, by application: String = "app",
        scopes: Set<Identity.Scope> = [.service]
    ) async throws -> TestSocket {
        let token = try TokenIssuer(secret: SigningSecret(ChatServer.secret)).issue(
            userID: UserID(application), scopes: scopes, lifetimeSeconds: 3_600
        ).token
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)", "X-Act-As": user]
        if let name { headers.add(name: "X-Act-As-Name", value: name) }
        let connection = try await ChatClient.connect(
            url: server.socketURL + path, headers: headers, subprotocols: ["chat.v2"], group: group)
        return TestSocket(connection: connection)
    }

    /// The audit log of a room, the oldest entry first: who, what, whom, why, and what more there is to know.
    func audit(_ room: String, _ user: String = "owner") async throws -> [String] {
        let entries = try await get("/rooms/\(room)/audit?limit=200", user).body["entries"]?.array ?? []
        return entries.reversed().map { entry in
            ["actor", "action", "target", "reason", "detail"].compactMap { entry[$0]?.text }.joined(separator: " | ")
        }
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
