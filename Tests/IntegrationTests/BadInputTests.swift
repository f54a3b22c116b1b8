import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import NIOWebSocket
import TestSupport
import Testing

@Suite("Bad input gets a clear error and costs nothing else")
struct BadInputTests {
    @Test("Each bad frame gets its error, the socket stays, nothing is stored, the others notice nothing")
    func frames() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            _ = try await bob.next("presence")
            _ = try await alice.drained()
            let cases: [(frame: String, code: String)] = [
                ("not json", "bad_request"), ("", "bad_request"), ("[]", "bad_request"), ("null", "bad_request"),
                (#""text""#, "bad_request"), ("{", "bad_request"), (#"{"type":"fly"}"#, "bad_request"),
                (#"{"type":7,"content":"x"}"#, "bad_request"), (#"{"type":"message"}"#, "bad_request"),
                (#"{"type":"message","content":""}"#, "bad_request"),
                (#"{"type":"message","content":{"$ne":null}}"#, "bad_request"),
                (#"{"type":"message","content":["x"]}"#, "bad_request"),
                (#"{"type":"message","content":12}"#, "bad_request"),
                (#"{"type":"message","content":null}"#, "bad_request"),
                (#"{"type":"message","content":"x","client_id":{"$gt":""}}"#, "bad_request"),
                (#"{"type":"message","content":"x","client_id":""}"#, "bad_request"),
                (
                    #"{"type":"message","content":"x","client_id":\#(String(repeating: "c", count: 10_000).json)}"#,
                    "bad_request"
                ),
                (#"{"type":"message","content":\#(String(repeating: "x", count: 8_001).json)}"#, "too_large"),
                (#"{"type":"message","content":\#(String(repeating: "👋", count: 8_001).json)}"#, "too_large"),
                (#"{"type":"message","content":"\ud800"}"#, "bad_request"),
                (#"{"type":"typing"}"#, "bad_request"), (#"{"type":"typing","typing":"yes"}"#, "bad_request"),
                (String(repeating: "[", count: 20_000), "bad_request"),
            ]
            for (frame, code) in cases {
                try await alice.send(frame)
                let answer = try await alice.next("error")
                #expect(answer["code"]?.text == code, "\(frame.prefix(80))")
                #expect(answer["temporary"]?.bool == false)
                #expect(answer["message"]?.text?.isEmpty == false)
            }
            try await alice.connection.sendBinary([1, 2, 3])
            #expect(try await alice.next("error")["code"]?.text == "bad_request")
            #expect(try await bob.drained().allSatisfy { $0.type == "presence" })
            #expect(try await chat.withDatabase { try $0.count("messages", [:]) } == 0)
            // The connection stays.
            try await alice.say(String(repeating: "👋", count: 8_000))
            #expect(try await bob.next("message")["seq"]?.int == 1)
        }
    }

    @Test("Invalid UTF-8 closes that socket alone with 1007")
    func invalidUTF8() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.join("lobby", "alice")
            let bob = try await chat.join("lobby", "bob")
            try await alice.connection.sendFrame(opcode: .text, payload: [0x22, 0xC3, 0x28, 0x22])
            #expect(try await alice.closeCode() == 1007)
            try await bob.say("still here")
            #expect(try await bob.next("message")["content"]?.text == "still here")
        }
    }

    @Test(
        "Bad parameters of history and search get their status",
        arguments: [
            ("/chat/lobby/history?limit=abc", 400), ("/chat/lobby/history?limit=", 400),
            ("/chat/lobby/history?limit=1.5", 400), ("/chat/lobby/history?limit=-1", 200),
            ("/chat/lobby/history?limit=0", 200), ("/chat/lobby/history?limit=10000", 200),
            ("/chat/lobby/history?limit=99999999999999999999", 200), ("/chat/lobby/history?before_id=zzz", 400),
            ("/chat/lobby/history?before_id=", 400), ("/chat/lobby/history?before_id=%7B%22$gt%22:1%7D", 400),
            ("/chat/lobby/history?before_id=0123456789abcdef01234567", 200),
            ("/chat/lobby/history?after_id=0123456789abcdef01234567", 200),
            ("/chat/lobby/history?before_id=0123456789abcdef01234567&after_id=0123456789abcdef01234567", 400),
            ("/chat/lobby/history?limit=%zz", 400), ("/chat/no%20room/history", 400), ("/chat/%24where/history", 400),
            ("/chat/me/history", 400), ("/chat/..%2Fx/history", 400),
            ("/chat/\(String(repeating: "x", count: 65))/history", 400), ("/chat/lobby/search", 400),
            ("/chat/lobby/search?q=", 400), ("/chat/lobby/search?q=%00", 400), ("/chat/lobby/search?q=%ff", 400),
            ("/chat/lobby/search?q=(a%2B)%2B%24", 200), ("/chat/lobby/search?q=.*&limit=-1", 200),
            ("/chat/lobby/search?q=x&from=%01", 400),
            ("/search", 400), ("/search?q=", 400), ("/search?q=x&before_id=1", 400), ("/search?q=x&limit=x", 400),
            ("/search?q=x&has=everything", 400), ("/search?q=x&room_id=..", 400), ("/search?q=%E2%80%8D", 400),
            ("/search?q=x&has=file,link,mention", 200), ("/search?from=nobody", 200),
            ("/chat/lobby/nothing", 404), ("/chat/lobby", 426),
        ])
    func parameters(path: String, status: Int) async throws {
        let (got, body) = try await SharedService.shared.get(path)
        #expect(got == status)
        if status >= 400 {
            #expect(body["error"]?["code"]?.text?.isEmpty == false)
            #expect(body["error"]?["message"]?.text?.isEmpty == false)
            #expect(body["error"]?["temporary"]?.bool == false)
        }
    }

    @Test("Requests without a valid token get 401 and a JSON body, before the upgrade too")
    func unauthorized() async throws {
        try await ChatFixture.with { chat in
            for path in ["/chat/lobby/history", "/chat/lobby/search?q=x", "/chat/lobby"] {
                let (status, body) = try await chat.get(path, nil)
                #expect(status == 401)
                #expect(body["error"]?["code"]?.text == "unauthorized")
            }
            let tokens = ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."]
            for token in tokens {
                let headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
                await #expect(throws: UpgradeRefused.self) {
                    _ = try await ChatClient.connect(
                        url: chat.server.socketURL + "/chat/lobby", headers: headers, group: chat.group)
                }
            }
            do {
                _ = try await ChatClient.connect(url: chat.server.socketURL + "/chat/lobby", group: chat.group)
                Issue.record("a socket without a token was opened")
            } catch let refusal as UpgradeRefused {
                #expect(refusal.response.status == 401)
                #expect(try JSON(refusal.response.text)["error"]?["code"]?.text == "unauthorized")
            }
        }
    }

    @Test("A token is taken from the header, the subprotocol list and the query")
    func tokenPlaces() async throws {
        try await ChatFixture.with { chat in
            let url = chat.server.socketURL + "/chat/lobby"
            let token = try ChatFixture.token("alice")
            let byList = try await ChatClient.connect(
                url: url, subprotocols: ["chat.v1", "bearer.\(token)"], group: chat.group)
            #expect(byList.subprotocol == "chat.v1")
            let byQuery = try await ChatClient.connect(url: url + "?token=\(token)", group: chat.group)
            #expect(try await TestSocket(connection: byQuery).frame().type == "history")
            await byList.close()
            await byQuery.close()
        }
    }
}
