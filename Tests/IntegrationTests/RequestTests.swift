import ChatClient
import NIOCore
import TestSupport
import Testing

@Suite("Requests that are not as HTTP wants them, over raw connections")
struct RequestTests {
    private static let post = "POST /auth/dev HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"

    @Test("A body that trickles in is answered 408, and the connection ends")
    func slowBody() async throws {
        try await ChatFixture.with(environment: ["CHAT_DEV_LOGIN": "true", "CHAT_BODY_SECONDS": "1"]) { chat in
            // The rest never comes; and a byte now and then does not help.
            let bodies = [
                "Content-Length: 100\r\n\r\n{",
                "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
            ]
            for body in bodies {
                let answer = try await RawHTTP.exchange(Self.post + body, with: chat.server)
                #expect(RawHTTP.statuses(answer) == [408], "\(answer)")
                #expect(answer.contains("Connection: close"))
                #expect(answer.contains(#""temporary":true"#))
            }
            let dripped = try await RawHTTP.drip(
                Self.post + "Content-Length: 1000\r\n\r\n", " ", every: .milliseconds(100), to: chat.server)
            #expect(RawHTTP.statuses(dripped) == [408], "\(dripped)")
            // Nobody waits for a body that nobody wants.
            let unwanted = try await RawHTTP.exchange(
                "POST /nothing HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{", with: chat.server)
            #expect(RawHTTP.statuses(unwanted) == [404], "\(unwanted)")
        }
    }

    @Test("A request of HTTP/1.1 needs exactly one Host, and it must be one; HTTP/1.0 needs none")
    func host() async throws {
        try await ChatFixture.with { chat in
            let cases = [
                ("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
                ("GET /healthz HTTP/1.1\r\n\r\n", 400),
                ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
                ("GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
                ("GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
                ("GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
                ("GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n", 200),
                ("GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 200),
                ("GET /healthz HTTP/1.0\r\n\r\n", 200),
            ]
            for (request, status) in cases {
                let answer = try await RawHTTP.exchange(request, with: chat.server, endsOutput: true)
                #expect(RawHTTP.statuses(answer) == [status], "\(request)")
            }
        }
    }
}
