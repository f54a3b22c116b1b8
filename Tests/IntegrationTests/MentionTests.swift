import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Mentions, over real sockets on a real database")
struct MentionTests {
    /// Who is mentioned in the room's last message.
    private func mentioned(_ chat: ChatFixture, _ room: String = "lobby") async throws -> [String] {
        let page = try await chat.get("/chat/\(room)/history?limit=1").body
        return page["messages"]?.array?.last?["mentions"]?.array?.compactMap(\.text) ?? []
    }

    private func messages(_ page: JSON) -> [String] {
        page["messages"]?.array?.compactMap { $0["content"]?.text } ?? []
    }

    @Test("Members are found by name and id, in the text and in the list; others and code are not")
    func resolved() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            for name in ["bob", "carol"] { _ = try await chat.joinV2("lobby", name) }
            _ = try await chat.joinV2("elsewhere", "eve")
            _ = try await alice.said("hello @Bob, `@carol`, @eve and @nobody", #","mentions":["carol","eve","carol"]"#)
            #expect(try await mentioned(chat) == ["carol", "bob"])
            _ = try await alice.said("nobody at all")
            #expect(try await mentioned(chat).isEmpty)
            let sent = try await chat.post("/chat/lobby/messages", "alice", #"{"content":"by REST @carol"}"#)
            #expect(sent.status == 201)
            #expect(try await mentioned(chat) == ["carol"])
        }
    }

    @Test("Every socket of the mentioned user is told, whichever room it looks at, and nobody else's")
    func told() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let (bob, bobElsewhere) = (try await chat.joinV2("lobby", "bob"), try await chat.joinV2("other", "bob"))
            let bobsEvents = try await chat.open("/chat/other/events", "bob")
            let bobsRooms = try await chat.open("/chat", "bob", subprotocols: ["chat.v2"])
            let carol = try await chat.joinV2("lobby", "carol")
            let id = try await alice.said("hi @bob")
            for socket in [bob, bobElsewhere, bobsRooms] {
                let mention = try await socket.next("mention")
                #expect(mention["room_id"]?.text == "lobby")
                #expect(mention["message"]?["_id"]?.text == id)
                #expect(mention["message"]?["mentions"]?.array?.compactMap(\.text) == ["bob"])
            }
            let event = try await bobsEvents.next("mention")
            #expect(event["data"]?["message"]?["_id"]?.text == id)
            #expect(try await carol.drained().allSatisfy { $0.type != "mention" })
            #expect(try await alice.drained().allSatisfy { $0.type != "mention" })
        }
    }

    @Test("Messages with and without mentions keep their sender's order")
    func order() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "0"]) { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            for number in 0..<10 { _ = try await chat.joinV2("lobby", "user\(number)") }
            for number in 0..<100 {
                let text = number % 3 == 0 ? "\(number) @user\(number % 10) @nobody\(number)" : "\(number)"
                try await alice.say(text, clientID: "c\(number)")
            }
            for number in 0..<100 {
                let message = try await alice.next("message")
                #expect(message["content"]?.text?.hasPrefix("\(number)") == true)
                #expect(message["seq"]?.int == number + 1)
            }
        }
    }

    @Test("An edit tells those whom it mentions for the first time, and takes back who is no longer there")
    func edited() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let (bob, carol) = (try await chat.joinV2("lobby", "bob"), try await chat.joinV2("lobby", "carol"))
            let id = try await alice.said("hi @bob")
            _ = try await bob.next("mention")
            let both = #""type":"edit","message_id":"\#(id)","content":"hi @bob and @carol""#
            #expect(try await alice.refusal(both) == nil)
            #expect(try await carol.next("mention")["message"]?["_id"]?.text == id)
            #expect(try await bob.drained().allSatisfy { $0.type != "mention" })
            #expect(try await alice.refusal(#""type":"edit","message_id":"\#(id)","content":"hi @carol""#) == nil)
            #expect(try await mentioned(chat) == ["carol"])
            #expect(messages(try await chat.get("/users/me/mentions", "bob").body).isEmpty)
            #expect(messages(try await chat.get("/users/me/mentions", "carol").body) == ["hi @carol"])
            #expect(try await alice.refusal(#""type":"delete","message_id":"\#(id)""#) == nil)
            #expect(messages(try await chat.get("/users/me/mentions", "carol").body).isEmpty)
        }
    }

    @Test("@room reaches every member who is connected, @here who is in the room; both stand on the message")
    func everyone() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let (bob, carol) = (try await chat.joinV2("lobby", "bob"), try await chat.joinV2("lobby", "carol"))
            let (away, stranger) = (try await chat.joinV2("other", "carol"), try await chat.joinV2("other", "dave"))
            await carol.connection.close()
            _ = try await bob.next("presence_diff") { $0["left"]?.array?.contains(.text("carol")) == true }
            _ = try await alice.said("@here now")
            let here = try await bob.next("mention")
            #expect(here["message"]?["mentions_everyone"]?.text == "here")
            _ = try await alice.said("@room all")
            #expect(try await bob.next("mention")["message"]?["mentions_everyone"]?.text == "room")
            #expect(try await away.next("mention")["message"]?["content"]?.text == "@room all")
            #expect(try await stranger.drained().allSatisfy { $0.type != "mention" })
            #expect(messages(try await chat.get("/users/me/mentions", "carol").body) == ["@room all"])
            let rooms = try await chat.get("/users/me/unread", "carol").body["rooms"]?.array ?? []
            let lobby = rooms.first { $0["room_id"]?.text == "lobby" }
            #expect(lobby?["unread"]?.int == 2)
            #expect(lobby?["mentions"]?.int == 1)
        }
    }

    @Test("Mentions are listed newest first and in pages, count as unread until read, and go with the membership")
    func listed() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            for number in 1...5 { _ = try await alice.said("\(number) @bob") }
            func count() async throws -> Int? {
                try await chat.get("/users/me/unread", "bob").body["rooms"]?.array?.first?["mentions"]?.int
            }
            #expect(try await count() == 5)
            #expect(try await bob.refusal(#""type":"read","seq":3"#) == nil)
            #expect(try await count() == 2)
            var contents: [String] = []
            var before = ""
            while true {
                let page = try await chat.get("/users/me/mentions?limit=2\(before)", "bob").body
                contents += messages(page)
                guard let next = page["next_before_id"]?.text else { break }
                before = "&before_id=\(next)"
            }
            #expect(contents == ["5 @bob", "4 @bob", "3 @bob", "2 @bob", "1 @bob"])
            #expect(try await chat.get("/users/me/mentions?before_id=x", "bob").status == 400)
            _ = try await chat.withDatabase { try $0.members.remove(room: "lobby", user: "bob") }
            #expect(messages(try await chat.get("/users/me/mentions", "bob").body).isEmpty)
        }
    }

    @Test("A list of 10,000, or of no ids, is refused and nothing is stored; another list on a resend is a conflict")
    func refused() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let list = (0..<10_000).map { "\"u\($0)\"" }.joined(separator: ",")
            for mentions in ["[\(list)]", #"[""]"#, "[1]", "\"bob\"", #"["a\u0007"]"#] {
                let frame = #""type":"message","content":"x","mentions":\#(mentions)"#
                #expect(try await alice.refusal(frame) == "bad_request", "\(mentions.prefix(20))")
            }
            #expect(try await chat.withDatabase { try $0.count("messages", ["room_id": "lobby"]) } == 0)
            let first = #""type":"message","content":"x","client_id":"c1","mentions":["alice"]"#
            try await alice.send("{\(first)}")
            #expect(try await alice.next("ack")["duplicate"]?.bool == false)
            try await alice.send("{\(first)}")
            #expect(try await alice.next("ack")["duplicate"]?.bool == true)
            try await alice.send(#"{"type":"message","content":"x","client_id":"c1","mentions":["bob"]}"#)
            #expect(try await alice.next("error")["code"]?.text == "conflict")
        }
    }

    @Test("Who has blocked somebody is not told when he is mentioned by him")
    func blocked() async throws {
        try await ChatFixture.with { chat in
            let (eve, alice) = (try await chat.joinV2("lobby", "eve"), try await chat.joinV2("lobby", "alice"))
            let bob = try await chat.joinV2("other", "bob")
            _ = try await chat.joinV2("lobby", "bob")
            #expect(try await chat.request(.PUT, "/users/me/blocks/eve", "bob").status == 204)
            _ = try await eve.said("hey @bob @room")
            _ = try await alice.said("hi @bob")
            // Mentions are told one after another, so this would be the second.
            let mention = try await bob.next("mention")
            #expect(mention["message"]?["user_id"]?.text == "alice")
        }
    }
}
