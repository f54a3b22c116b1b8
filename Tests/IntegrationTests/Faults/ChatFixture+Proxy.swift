import ChatClient
import NIOHTTP1
import TestSupport

extension ChatFixture {
    /// Opens a socket of the room through a proxy.
    func join(_ room: String, _ user: String, through proxy: FaultProxy) async throws -> TestSocket {
        let headers: HTTPHeaders = ["Authorization": "Bearer \(try Self.token(user))"]
        let connection = try await ChatClient.connect(
            url: "ws://127.0.0.1:\(proxy.port)/chat/\(room)", headers: headers, group: group)
        return TestSocket(connection: connection)
    }
}
