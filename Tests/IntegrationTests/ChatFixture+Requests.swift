import ChatClient
import NIOHTTP1
import TestSupport

extension ChatFixture {
    func put(_ path: String, _ user: String, _ body: String) async throws -> (status: Int, body: JSON) {
        try await ask(.PUT, path, user, body)
    }

    private func ask(
        _ method: HTTPMethod, _ path: String, _ user: String, _ body: String
    ) async throws -> (status: Int, body: JSON) {
        let response = try await PlainHTTP.request(
            method, server.url + path,
            headers: ["Authorization": "Bearer \(try Self.token(user))", "Content-Type": "application/json"],
            body: Array(body.utf8), on: group)
        return (response.status, try JSON(response.text))
    }
}
