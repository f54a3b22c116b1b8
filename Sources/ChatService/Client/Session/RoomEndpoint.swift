internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// One room of one server, over the network: its socket and its two REST pages.
package struct RoomEndpoint: Sendable {
    private let server: ServerAddress
    private let room: String

    /// - Parameters:
    ///   - server: `ws://host:port`, perhaps with a path in front of the service's own.
    ///   - room: a room id; put into addresses percent-encoded.
    /// - Throws: `bad_address`.
    package init(server: String, room: String) throws(ChatClientError) {
        self.server = try ServerAddress(server)
        self.room = room
    }

    /// Where this endpoint connects to, for messages.
    package var description: String { "\(server.authority)" }

    /// - Parameter cursor: where the session was.
    /// - Throws: ``UpgradeRefused``, ``ChatClientError``.
    package func connect(token: String, cursor: String?) async throws -> ChatConnection {
        let address = address("", parameters: [("cursor", cursor)])
        return try await ChatClient.connect(
            to: address, headers: headers(token), subprotocols: ["chat.v2"], group: Self.group)
    }

    /// The messages before one, oldest first.
    package func history(token: String, before: String, limit: Int = 50) async throws(SessionEvent.Failure)
        -> MessagePage
    {
        try await page("/history", [("before_id", before), ("limit", "\(limit)")], token)
    }

    /// Messages that hold a text, newest first.
    package func search(token: String, text: String, before: String?, limit: Int = 20)
        async throws(SessionEvent.Failure) -> MessagePage
    {
        try await page("/search", [("q", text), ("limit", "\(limit)"), ("before_id", before)], token)
    }

    /// A thread's root and newest replies.
    package func thread(token: String, root: String) async throws(SessionEvent.Failure) -> MessagePage {
        try await page("/threads/\(ServerAddress.percentEncoded(root))", [], token)
    }

    /// What the user has not read, in all rooms.
    package func unread(token: String) async throws(SessionEvent.Failure) -> UnreadPage {
        try await get(server.appending(path: "/users/me/unread", parameters: [("limit", "200")]), token)
    }

    /// What a failed attempt to connect means for a session.
    package static func end(after error: any Error) -> ConnectionEnd {
        switch error {
        case let refusal as UpgradeRefused:
            let wait = refusal.response.headers["Retry-After"].first.flatMap { Int64($0) }
            return .refused(
                status: refusal.response.status, message: message(of: refusal.response),
                retryAfterMilliseconds: wait.map { min(max($0, 0), 3_600) * 1_000 })
        case let error as ChatClientError:
            return .unreachable(error.message)
        default:
            return .unreachable("the connection failed")
        }
    }

    private static let group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    private func address(_ more: String, parameters: [(String, String?)]) -> ServerAddress {
        server.appending(
            path: "/chat/\(ServerAddress.percentEncoded(room))\(more)",
            parameters: parameters.compactMap { name, value in value.map { (name, $0) } })
    }

    private func headers(_ token: String) -> HTTPHeaders { ["Authorization": "Bearer \(token)"] }

    private func page(
        _ name: String, _ parameters: [(String, String?)], _ token: String
    ) async throws(SessionEvent.Failure) -> MessagePage {
        try await get(address(name, parameters: parameters), token)
    }

    private func get<Answer: Decodable>(
        _ address: ServerAddress, _ token: String
    ) async throws(SessionEvent.Failure) -> Answer {
        let response: HTTPResponse
        do {
            response = try await PlainHTTP.request(.GET, address, headers: headers(token), on: Self.group)
        } catch let error as ChatClientError {
            throw SessionEvent.Failure(message: error.message)
        } catch {
            throw SessionEvent.Failure(message: "the connection failed")
        }
        guard response.status == 200 else { throw SessionEvent.Failure(message: Self.message(of: response)) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw SessionEvent.Failure(message: "the server's answer is not what was asked for")
        }
        return answer
    }

    /// The server's own words, else the status.
    private static func message(of response: HTTPResponse) -> String {
        struct Body: Decodable {
            struct Error: Decodable { let message: String }
            let error: Error
        }
        let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
        return body?.error.message ?? "status \(response.status)"
    }
}
