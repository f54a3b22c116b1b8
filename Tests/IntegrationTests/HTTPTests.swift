import BSON
import ChatClient
import Foundation
import MongoStore
import TestSupport
import Testing

@Suite("Addresses, methods, upgrades and files, over raw connections")
struct HTTPTests {
    @Test("A room's id may be percent-encoded, for the socket, history and search alike")
    func encodedRoom() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("team%3Aops", "alice")
            try await alice.say("under one name")
            #expect(try await alice.next("message")["room_id"]?.text == "team:ops")
            for room in ["team:ops", "team%3Aops", "team%3aop%73"] {
                for path in ["/chat/\(room)/history", "/chat/\(room)/search?q=name"] {
                    let (status, body) = try await chat.get(path)
                    #expect(status == 200, "\(path)")
                    #expect(body["messages"]?.array?.count == 1, "\(path)")
                }
            }
            for room in ["%", "%zz", "%ff", "a%2Fb", "%2e%2e"] {
                #expect(try await chat.get("/chat/\(room)/search?q=name").status == 400, "\(room)")
            }
        }
    }

    @Test("Every answer has a request id, which stands in the log")
    func requestID() async throws {
        try await ChatFixture.with { chat in
            let request = "GET /chat/lobby/history HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
            let answer = try await RawHTTP.exchange(request, with: chat.server)
            let id = try #require(answer.firstMatch(of: #/X-Request-ID: ([0-9a-f]+)/#)?.1)
            try await chat.server.process.lines(containing: "id=\(id)", on: .error, within: .seconds(20))
            let line = chat.server.process.text(.error).split(separator: "\n").first { $0.contains(id) }
            #expect(line?.contains("status=401") == true)
        }
    }

    @Test("Where rooms are not made by joining, one that does not exist is not found")
    func roomsNotMade() async throws {
        try await ChatFixture.with(environment: ["CHAT_CREATE_ROOMS": "false"]) { chat in
            for path in ["/chat/lobby/history", "/chat/lobby/search?q=x"] {
                #expect(try await chat.get(path).status == 404)
            }
            for path in ["/chat/lobby", "/chat/lobby/events"] {
                let refusal = await #expect(throws: UpgradeRefused.self) { _ = try await chat.open(path, "alice") }
                #expect(refusal?.response.status == 404)
            }
            let made = try await chat.withDatabase { connection in
                try connection.count("rooms", [:]) + connection.count("members", [:])
            }
            #expect(made == 0)
        }
    }

    @Test("HEAD is answered as GET is, without a body, errors too")
    func head() async throws {
        try await ChatFixture.with { chat in
            let rest = " HTTP/1.1\r\nHost: test\r\n"
            let answers = try await RawHTTP.exchange(
                "HEAD /healthz\(rest)\r\nHEAD /nothing\(rest)\r\nHEAD /chat/lobby/history\(rest)\r\n"
                    + "GET /healthz\(rest)Connection: close\r\n\r\n",
                with: chat.server)
            #expect(RawHTTP.statuses(answers) == [200, 404, 401, 200])
            #expect(answers.split(separator: "{").count == 2, "\(answers)")
        }
    }

    @Test("What can never become a socket is refused for good, not with `unavailable`")
    func refusedUpgrades() async throws {
        try await ChatFixture.with { chat in
            let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            let token = "Authorization: Bearer \(try ChatFixture.token("alice"))\r\n"
            let fields = "Upgrade: websocket\r\nConnection: Upgrade\r\n" + key + token
            let cases = [
                ("GET /chat/lobby HTTP/1.0\r\nHost: test\r\n\(fields)\r\n", 400),
                ("GET /chat/lobby HTTP/1.1\r\n\(fields)\r\n", 400),
                (
                    "GET /chat/lobby HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: close\r\n\(key)\(token)\r\n",
                    400
                ),
                ("GET /chat/lobby HTTP/1.1\r\nHost: test\r\n\(fields)Content-Length: 2\r\n\r\nhi", 400),
                ("GET /chat/lobby/ HTTP/1.1\r\nHost: test\r\n\(fields)\r\n", 404),
                ("GET //chat/lobby HTTP/1.1\r\nHost: test\r\n\(fields)\r\n", 404),
                ("GET /chat/lobby/events/ HTTP/1.1\r\nHost: test\r\n\(fields)\r\n", 404),
            ]
            for (request, status) in cases {
                let answer = try await RawHTTP.exchange(request, with: chat.server)
                #expect(RawHTTP.statuses(answer) == [status], "\(request)")
                #expect(answer.contains(#""temporary":false"#))
            }
        }
    }

    @Test("The web client's files are served whole and by their own names; nothing else is")
    func files() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "web-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "js"), withIntermediateDirectories: true)
        try Data("<!doctype html>".utf8).write(to: folder.appending(path: "index.html"))
        try Data("let x".utf8).write(to: folder.appending(path: "js/main.js"))
        try Data("outside".utf8).write(to: folder.appending(path: "../\(folder.lastPathComponent).txt"))
        defer { try? FileManager.default.removeItem(atPath: folder.path() + ".txt") }
        try await ChatFixture.with(environment: ["CHAT_WEB": folder.path()]) { chat in
            func get(_ path: String, _ more: String = "") async throws -> String {
                let request = "GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\(more)\r\n"
                return try await RawHTTP.exchange(request, with: chat.server)
            }
            let page = try await get("/")
            #expect(page.hasSuffix("<!doctype html>"))
            #expect(page.contains("Content-Security-Policy: default-src 'self'"))
            for range in ["bytes=0-1", "bytes=5-1", "bytes=99-", "bytes=-2", "lines=1", "bytes=0-0,2-2"] {
                let whole = try await get("/js/main.js", "Range: \(range)\r\n")
                #expect(whole.hasPrefix("HTTP/1.1 200 ") && whole.hasSuffix("let x"), "\(range)")
                #expect(!whole.contains("Accept-Ranges"))
            }
            let others = [
                "/js", "//js", "/js/", "/%00", "/%00/other.example", "/index.html%00.js", "/js%00/main.js", "/nothing",
                "/%ff",
            ]
            for path in others {
                #expect(RawHTTP.statuses(try await get(path)) == [404], "\(path)")
            }
            let outside = "\(folder.lastPathComponent).txt"
            for path in ["/../\(outside)", "/%2e%2e/\(outside)", "/js/..%2f..%2f\(outside)", "/js/../../\(outside)"] {
                #expect(RawHTTP.statuses(try await get(path)) == [400], "\(path)")
            }
        }
    }

    @Test("A request that breaks off in its body is no error of the service")
    func brokenOff() async throws {
        try await ChatFixture.with(environment: ["CHAT_DEV_LOGIN": "true"]) { chat in
            _ = try await RawHTTP.exchange(
                "POST /auth/dev HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{", with: chat.server,
                endsOutput: true)
            try await chat.server.process.lines(containing: "path=/auth/dev", on: .error, within: .seconds(20))
            #expect(chat.server.process.text(.error).contains("status=400"))
            #expect(!chat.server.process.text(.error).contains(" error chat: "))
        }
    }
}
