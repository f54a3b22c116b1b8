import Testing

@testable import ChatClient

@Suite struct ServerEventTests {
    @Test func `the frames of the basic dialect are understood`() {
        let text = #"""
            {"_id":"0000000000000000000000aa","room_id":"r","seq":3,"user_id":"u","username":"U","content":"hi",
            "timestamp":"2026-11-23T07:32:19.004Z","type":"message"}
            """#
        var expected = RoomMessage(
            id: "0000000000000000000000aa", seq: 3, userID: "u", username: "U", content: "hi",
            timestamp: "2026-11-23T07:32:19.004Z")
        expected.roomID = "r"
        #expect(ServerEvent.decode(text) == .message(expected))
        #expect(ServerEvent.decode(#"{"type":"history","messages":[\#(text)]}"#) == .history([expected]))
        #expect(
            ServerEvent.decode(#"{"type":"system","content":"User u left the chat","user_id":"u","timestamp":""}"#)
                == .system(content: "User u left the chat", userID: "u"))
        #expect(ServerEvent.decode(#"{"type":"typing","users":["a","b"]}"#) == .typing(users: ["a", "b"]))
        #expect(
            ServerEvent.decode(#"{"type":"presence","online_users":["a"],"count":1}"#)
                == .presence(online: ["a"], count: 1))
        #expect(ServerEvent.decode(#"{"type":"presence","count":500}"#) == .presence(online: nil, count: 500))
        #expect(
            ServerEvent.decode(#"{"type":"ack","ref":"c","_id":"00","seq":1,"timestamp":"","duplicate":false}"#)
                == .acknowledgement(ref: "c", id: "00"))
        #expect(
            ServerEvent.decode(
                #"{"type":"error","ref":"c","code":"muted","message":"m","temporary":true,"retry_after_ms":5}"#)
                == .failure(
                    .init(ref: "c", code: "muted", message: "m", temporary: true, retryAfterMilliseconds: 5)))
    }

    @Test func `more fields and unknown types are let pass`() {
        #expect(ServerEvent.decode(#"{"type":"typing","users":[],"room_id":"r"}"#) == .typing(users: []))
        #expect(ServerEvent.decode(#"{"type":"hello","limits":{}}"#) == .other(type: "hello"))
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "nonsense", #"{"type":7}"#, #"{"type":"typing"}"#, #"{"type":"message"}"#,
    ])
    func `what is no frame is none`(text: String) {
        #expect(ServerEvent.decode(text) == nil)
    }

    @Test func `sent frames are what the server expects`() {
        let frame = ClientFrame.message(content: "a \"b\" \u{0} é", clientID: "c-1").json
        #expect(frame.contains(#""client_id":"c-1""#) && frame.contains(#""type":"message""#))
        #expect(frame.contains(#"a \"b\" \u0000 é"#))
        #expect(ClientFrame.typing(false).json.contains(#""typing":false"#))
    }
}
