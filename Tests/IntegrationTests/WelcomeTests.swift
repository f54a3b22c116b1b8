import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("What a room says to those who come for the first time", .serialized)
struct WelcomeTests {
    @Test("A newcomer's first socket of chat.v2 is told the text, behind the history; nobody is told it twice")
    func newcomers() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let patch = #"{"settings":{"welcome":"Be \"kind\"."}}"#
            #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
            let bob = try await chat.joinV2("hall", "bob")
            #expect(try await bob.next("hello")["room_id"]?.text == "hall")
            _ = try await bob.next("history")
            let welcome = try await bob.next("welcome")
            #expect(welcome["content"]?.text == "Be \"kind\"." && welcome["room_id"]?.text == "hall")
            // On a socket of many rooms, too.
            let ann = try await chat.open("/chat", "ann", subprotocols: ["chat.v2"])
            try await ann.send(#"{"type":"join","room_id":"hall","ref":"j"}"#)
            #expect(try await ann.next("welcome")["room_id"]?.text == "hall")
            for again in [
                try await chat.joinV2("hall", "bob"), try await chat.joinV2("hall", "ann"),
                // The owner was never a newcomer.
                try await chat.joinV2("hall", "owner"),
            ] {
                #expect(!(try await again.drained().contains { $0.type == "welcome" }))
            }
            // The basic dialect has no such frame.
            let basic = try await chat.join("hall", "eve")
            #expect(!(try await basic.drained().contains { $0.type == "welcome" }))
        }
    }

    @Test("Who is put in, let in or invited is told, too, and a room without a text tells nothing")
    func letIn() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("den")
            try await chat.put("early", in: "den")
            #expect(!(try await chat.joinV2("den", "early").drained().contains { $0.type == "welcome" }))
            let patch = #"{"settings":{"welcome":"Hello"}}"#
            #expect(try await chat.request(.PATCH, "/rooms/den", "owner", patch).status == 200)
            try await chat.put("added", in: "den")
            let invite = try await chat.request(.POST, "/rooms/den/invites", "owner", #"{"user_id":"invited"}"#)
            let code = try #require(invite.body["code"]?.text)
            #expect(try await chat.request(.POST, "/invites/\(code)", "invited").status == 200)
            #expect(try await chat.request(.POST, "/rooms/den/requests", "asking").status == 202)
            #expect(try await chat.request(.PUT, "/rooms/den/requests/asking", "owner").status == 204)
            for user in ["added", "invited", "asking"] {
                #expect(try await chat.joinV2("den", user).next("welcome")["content"]?.text == "Hello", "\(user)")
            }
        }
    }
}
