import HTTPTypes
import NIOHTTP1
import Testing

@testable import WebSocket

@Suite("The opening handshake")
struct WebSocketHandshakeTests {
    private static let good: HTTPHeaders = [
        "Host": "example.org", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
    ]

    private func verdict(
        _ method: HTTPMethod = .GET, version: HTTPVersion = .http1_1, _ change: (inout HTTPHeaders) -> Void = { _ in }
    ) -> WebSocketHandshake.Verdict {
        var headers = Self.good
        change(&headers)
        return WebSocketHandshake.verdict(
            on: HTTPRequestHead(version: version, method: method, uri: "/chat/a", headers: headers))
    }

    @Test("The RFC's example key has the RFC's example answer")
    func accept() {
        #expect(WebSocketHandshake.accept(key: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test("A request as the RFC wants it is valid, whatever the case of its tokens")
    func valid() {
        #expect(self.verdict() == .valid)
        #expect(self.verdict { $0.replaceOrAdd(name: "Upgrade", value: "WebSocket") } == .valid)
        #expect(self.verdict { $0.replaceOrAdd(name: "Connection", value: "UPGRADE") } == .valid)
        #expect(self.verdict { $0.replaceOrAdd(name: "Upgrade", value: "h2c, websocket") } == .valid)
    }

    @Test("A request for nothing, or for another protocol, asks for no WebSocket")
    func notAsked() {
        #expect(self.verdict { $0.remove(name: "Upgrade") } == .notAsked)
        #expect(self.verdict { $0.replaceOrAdd(name: "Upgrade", value: "h2c") } == .notAsked)
    }

    @Test("Another version is told apart")
    func version() {
        #expect(self.verdict { $0.replaceOrAdd(name: "Sec-WebSocket-Version", value: "8") } == .wrongVersion)
        #expect(self.verdict { $0.remove(name: "Sec-WebSocket-Version") } == .malformed)
    }

    @Test("A wrong method, HTTP version, Connection, Host or key is malformed")
    func malformed() {
        #expect(self.verdict(.POST) == .malformed)
        #expect(self.verdict(version: .http1_0) == .malformed)
        #expect(self.verdict { $0.remove(name: "Connection") } == .malformed)
        #expect(self.verdict { $0.remove(name: "Host") } == .malformed)
        #expect(self.verdict { $0.remove(name: "Sec-WebSocket-Key") } == .malformed)
        #expect(self.verdict { $0.add(name: "Sec-WebSocket-Key", value: "dGhlIHNhbXBsZSBub25jZQ==") } == .malformed)
        for key in ["", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZQQ="] {
            #expect(self.verdict { $0.replaceOrAdd(name: "Sec-WebSocket-Key", value: key) } == .malformed)
        }
    }

    @Test("The responder sees the same verdict on a declined request")
    func responder() {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "example.org", path: "/chat/a")
        #expect(WebSocketHandshake.verdict(on: request) == .notAsked)
        request.headerFields[.upgrade] = "websocket"
        request.headerFields[.connection] = "close"
        request.headerFields[.secWebSocketVersion] = "7"
        request.headerFields[.secWebSocketKey] = "dGhlIHNhbXBsZSBub25jZQ=="
        #expect(WebSocketHandshake.verdict(on: request) == .wrongVersion)
        request.headerFields[.secWebSocketVersion] = " 13 "
        #expect(WebSocketHandshake.verdict(on: request) == .valid)
        request.headerFields[.secWebSocketKey] = "nonsense"
        #expect(WebSocketHandshake.verdict(on: request) == .malformed)
    }
}
