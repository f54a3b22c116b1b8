import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import ChatClient

@Suite(.timeLimit(.minutes(1))) struct PlainHTTPTests {
    let group = MultiThreadedEventLoopGroup.singleton

    @Test func `a GET gets status, headers and body`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            let head = try await peer.readHead()
            #expect(head.hasPrefix("GET /a?b HTTP/1.1\r\n") && head.contains("Authorization: Bearer t\r\n"))
            try await peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        }
        let response = try await PlainHTTP.get(
            "http://127.0.0.1:\(raw.port)/a?b", headers: ["Authorization": "Bearer t"], on: group)
        #expect(response.status == 200 && response.text == "abc" && response.headers["x-a"] == ["1"])
        try await serving
    }

    @Test func `a POST sends its body as JSON`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            let head = try await peer.readHead()
            #expect(head.contains("Content-Length: 7\r\n") && head.contains("Content-Type: application/json\r\n"))
            #expect(try await peer.read(7) == Array(#"{"a":1}"#.utf8))
            try await peer.write("HTTP/1.1 404 Not Found\r\n\r\nuntil the end")
        }
        let response = try await PlainHTTP.post("http://127.0.0.1:\(raw.port)/", json: #"{"a":1}"#, on: group)
        #expect(response.status == 404 && response.text == "until the end")
        try await serving
    }

    @Test(arguments: ["", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
    func `a broken answer is an error`(answer: String) async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            _ = try await peer.readHead()
            try await peer.write(answer)
        }
        await #expect(throws: ChatClientError.self) {
            try await PlainHTTP.get("http://127.0.0.1:\(raw.port)/", on: group)
        }
        try await serving
    }

    @Test func `a server that does not answer in time is an error`() async throws {
        let raw = try await RawServer()
        async let serving: Void = raw.serve { peer in
            while try await peer.readMore() {}
        }
        let error = await #expect(throws: ChatClientError.self) {
            try await PlainHTTP.get("http://127.0.0.1:\(raw.port)/", timeout: .milliseconds(100), on: group)
        }
        #expect(error?.code == .timeout)
        try await serving
    }

    @Test func `nobody there is an error that names the address`() async throws {
        let error = await #expect(throws: ChatClientError.self) {
            try await PlainHTTP.get("http://127.0.0.1:1/", on: group)
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("127.0.0.1:1") == true)
    }
}
