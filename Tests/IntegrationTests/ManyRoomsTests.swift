import ChatClient
import TestSupport
import Testing

@Suite("One socket for many rooms")
struct ManyRoomsTests {
    @Test("It says hello, joins rooms, talks in each, hears each in order, and leaves")
    func joinsAndLeaves() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.open("/chat", "alice", subprotocols: ["chat.v2"])
            let hello = try await alice.frame()
            #expect(hello.type == "hello")
            #expect(hello["room_id"] == nil)
            #expect(hello["limits"]?["rooms"]?.int == 500)
            for room in ["red", "blue"] {
                try await alice.send(#"{"type":"join","room_id":"\#(room)","ref":"j-\#(room)"}"#)
                let answer = try await alice.next("ack")
                #expect(answer["ref"]?.text == "j-\(room)")
                #expect(answer["room_id"]?.text == room)
                #expect(try await alice.frame()["room_id"]?.text == room)
            }
            let bob = try await chat.join("blue", "bob")
            try await alice.send(#"{"type":"message","room_id":"blue","content":"to blue","client_id":"c1"}"#)
            #expect(try await bob.next("message")["content"]?.text == "to blue")
            let acknowledged = try await alice.next("ack")
            #expect(acknowledged["ref"]?.text == "c1")
            #expect(acknowledged["room_id"]?.text == "blue")
            try await bob.say("answer")
            #expect(try await alice.next("message") { $0["user_id"]?.text == "bob" }["room_id"]?.text == "blue")

            try await alice.send(#"{"type":"leave","room_id":"blue","ref":"l"}"#)
            #expect(try await alice.next("ack")["ref"]?.text == "l")
            _ = try await bob.next("system") { $0["content"]?.text == "User alice left the chat" }
            try await bob.say("alice is gone")
            _ = try await bob.next("message") { $0["content"]?.text == "alice is gone" }
            #expect(!(try await alice.drained()).contains { $0["content"]?.text == "alice is gone" })
            try await alice.send(#"{"type":"message","room_id":"blue","content":"x","client_id":"c2"}"#)
            #expect(try await alice.next("error")["ref"]?.text == "c2")
        }
    }

    @Test("Who joins, leaves and joins again at once gets the answer to the last join, from where that begins")
    func joinsAgain() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.open("/chat", "alice", subprotocols: ["chat.v2"])
            _ = try await alice.frame()
            for round in 1...20 {
                for number in 1...3 {
                    try await alice.send(#"{"type":"join","room_id":"r\#(round)","ref":"j\#(round)-\#(number)"}"#)
                    if number < 3 { try await alice.send(#"{"type":"leave","room_id":"r\#(round)"}"#) }
                }
            }
            // The rooms are opened side by side.
            var missing = Set((1...20).map { "j\($0)-3" })
            while !missing.isEmpty {
                let answer = try await alice.next("ack")
                if let ref = answer["ref"]?.text { missing.remove(ref) }
            }
            for round in 1...20 { _ = try await alice.said("hello", #","room_id":"r\#(round)""#) }
        }
    }

    @Test("join with a cursor brings what was missed; the answer stands before it")
    func resumes() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.open("/chat", "alice", subprotocols: ["chat.v2"])
            _ = try await alice.frame()
            try await alice.send(#"{"type":"join","room_id":"red"}"#)
            let cursor = try #require(try await alice.frame()["cursor"]?.text)
            try await alice.send(#"{"type":"leave","room_id":"red","ref":"l"}"#)
            _ = try await alice.next("ack")
            for number in 1...5 {
                _ = try await chat.post("/chat/red/messages", "bob", #"{"content":"message \#(number)"}"#)
            }
            try await alice.send(#"{"type":"join","room_id":"red","cursor":"\#(cursor)","ref":"j"}"#)
            #expect(try await alice.frame()["ref"]?.text == "j")
            for seq in 1...5 { #expect(try await alice.frame()["seq"]?.int == seq) }
            #expect(try await alice.frame().type == "resumed")
        }
    }

    @Test("What makes no sense is an error that names the frame, and the socket stays")
    func badFrames() async throws {
        try await ChatFixture.with(environment: ["CHAT_SOCKET_ROOMS": "3"]) { chat in
            let alice = try await chat.open("/chat", "alice")
            _ = try await alice.frame()
            func refusal(_ frame: String) async throws -> String? {
                try await alice.send(frame)
                let error = try await alice.next("error")
                #expect(error["ref"]?.text == "r", "\(frame)")
                return error["code"]?.text
            }
            #expect(try await refusal(#"{"type":"join","ref":"r"}"#) == "bad_request")
            #expect(try await refusal(#"{"type":"join","room_id":"..","ref":"r"}"#) == "bad_request")
            #expect(try await refusal(#"{"type":"join","room_id":"a","cursor":"x","ref":"r"}"#) == "bad_request")
            #expect(try await refusal(#"{"type":"leave","room_id":"a","ref":"r"}"#) == "bad_request")
            #expect(try await refusal(#"{"type":"typing","typing":true,"room_id":"a","ref":"r"}"#) == "bad_request")
            #expect(try await refusal(#"{"type":"message","content":"x","client_id":"r"}"#) == "bad_request")
            #expect(try await refusal(#"{"type":"auth","token":"x","ref":"r"}"#) == "unauthorized")
            #expect(
                try await refusal(#"{"type":"auth","token":"\#(try ChatFixture.token("bob"))","ref":"r"}"#)
                    == "forbidden")
            for room in ["a", "b", "c"] { try await alice.send(#"{"type":"join","room_id":"\#(room)"}"#) }
            #expect(try await refusal(#"{"type":"join","room_id":"a","ref":"r"}"#) == "conflict")
            #expect(try await refusal(#"{"type":"join","room_id":"d","ref":"r"}"#) == "bad_request")
            try await alice.send(#"{"type":"ping","ref":"p"}"#)
            #expect(try await alice.next("pong")["ref"]?.text == "p")
        }
    }

    @Test("history answers with a page and where to go on")
    func history() async throws {
        try await ChatFixture.with { chat in
            for number in 1...5 {
                _ = try await chat.post("/chat/red/messages", "bob", #"{"content":"message \#(number)"}"#)
            }
            let alice = try await chat.joinV2("red", "alice")
            _ = try await alice.next("presence")
            try await alice.send(#"{"type":"history","limit":2,"ref":"h1"}"#)
            let newest = try await alice.next("history")
            #expect(newest["ref"]?.text == "h1")
            #expect(newest["messages"]?.array?.compactMap { $0["seq"]?.int } == [4, 5])
            let before = try #require(newest["next_before_id"]?.text)
            try await alice.send(#"{"type":"history","limit":9,"before_id":"\#(before)","ref":"h2"}"#)
            let rest = try await alice.next("history")
            #expect(rest["messages"]?.array?.compactMap { $0["seq"]?.int } == [1, 2, 3])
            #expect(rest["next_before_id"] == .null)
        }
    }

    @Test("A token can be renewed on an open socket; one that ends is warned of and then closes it with 4005")
    func expiry() async throws {
        try await ChatFixture.with { chat in
            let short = try ChatFixture.token("alice", lifetimeSeconds: 5)
            func open() async throws -> TestSocket {
                TestSocket(
                    connection: try await ChatClient.connect(
                        url: chat.server.socketURL + "/chat?token=\(short)", subprotocols: ["chat.v2"],
                        group: chat.group))
            }
            let (ending, renewed) = (try await open(), try await open())
            try await renewed.send(#"{"type":"auth","token":"\#(try ChatFixture.token("alice"))","ref":"a"}"#)
            #expect(try await renewed.next("ack")["ref"]?.text == "a")
            #expect(try await ending.next("auth_expiring")["expires_at"]?.text != nil)
            let closing = try await ending.next("closing")
            #expect(closing["code"]?.int == 4005)
            #expect(try await ending.closeCode() == 4005)
            try await renewed.send(#"{"type":"ping"}"#)
            _ = try await renewed.next("pong")
        }
    }

    @Test("A graceful shutdown says closing, when to come back, and 4001")
    func shutdown() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.open("/chat", "alice", subprotocols: ["chat.v2"])
            _ = try await alice.frame()
            async let status = chat.server.stop()
            let closing = try await alice.next("closing")
            #expect(closing["code"]?.int == 4001)
            #expect(try #require(closing["retry_after_ms"]?.int) > 0)
            #expect(try await alice.closeCode() == 4001)
            #expect(await status == 0)
        }
    }
}
