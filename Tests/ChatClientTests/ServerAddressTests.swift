import Testing

@testable import ChatClient

@Suite struct ServerAddressTests {
    @Test(arguments: [
        (
            "ws://localhost:8080/chat/a?token=x",
            ServerAddress(host: "localhost", port: 8080, path: "/chat/a", query: "token=x")
        ),
        ("WS://host", ServerAddress(host: "host", port: 80)),
        ("http://10.0.0.1:1/", ServerAddress(host: "10.0.0.1", port: 1)),
        ("ws://[::1]:9/x", ServerAddress(host: "::1", port: 9, path: "/x")),
        ("ws://[::1]", ServerAddress(host: "::1", port: 80)),
        ("ws://h?q", ServerAddress(host: "h", port: 80, path: "/", query: "q")),
        ("ws://h/a%2Fb?x=%20&y=?", ServerAddress(host: "h", port: 80, path: "/a%2Fb", query: "x=%20&y=?")),
    ])
    func `an address is taken apart`(text: String, expected: ServerAddress) throws {
        #expect(try ServerAddress(text) == expected)
    }

    @Test(arguments: [
        "", "localhost:8080", "ftp://h", "wss://h", "https://h", "ws://", "ws:///x", "ws://:80", "ws://h:", "ws://h:0",
        "ws://h:65536", "ws://h:-1", "ws://h:8 0", "ws://h/a b", "ws://h/\r\nX: y", "ws://u:p@h", "ws://h/#f",
        "ws://[::1",
        "ws://[::1]x", "ws://é/", "ws://h:8٠",
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: ChatClientError.self) { try ServerAddress(text) }
    }

    @Test func `the request line and the Host header come from it`() throws {
        let address = try ServerAddress("ws://[::1]:9/x?y")
        #expect(address.target == "/x?y")
        #expect(address.authority == "[::1]:9")
    }

    @Test func `more path and parameters are added, encoded`() throws {
        let address = try ServerAddress("ws://h/base/?old").appending(
            path: "/chat/r", parameters: [("q", "a&b=c d/é+"), ("n", "1")])
        #expect(address.target == "/base/chat/r?q=a%26b%3Dc%20d%2F%C3%A9%2B&n=1")
    }
}
