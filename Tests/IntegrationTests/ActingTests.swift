import Auth
import BSON
import Chat
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("The team's own application acts as its users, over real sockets on a real database", .serialized)
struct ActingTests {
    private let body = #"{"content":"hi"}"#

    private func post(_ chat: ChatFixture, _ headers: [(String, String)]) async throws -> Int {
        try await chat.request(.POST, "/chat/hall/messages", "app", body, scopes: [.service], headers: headers).status
    }

    @Test("Without a name the user keeps the one that is known; one who is not known is called by his id")
    func name() async throws {
        try await ChatFixture.with { chat in
            let bob = try await chat.joinV2("hall", "bob")
            let named = [("X-Act-As", "bea"), ("X-Act-As-Name", "B%C3%A9a%20Klein")]
            #expect(try await post(chat, named) == 201)
            #expect(try await bob.next("message")["username"]?.text == "Béa Klein")
            #expect(try await post(chat, [("X-Act-As", "bea")]) == 201)
            #expect(try await bob.next("message")["username"]?.text == "Béa Klein")
            #expect(try await chat.get("/users/bea").body["username"]?.text == "Béa Klein")
            #expect(try await post(chat, [("X-Act-As", "nils")]) == 201)
            #expect(try await bob.next("message")["username"]?.text == "nils")
            for bad in [[("X-Act-As", "%zz")], [("X-Act-As", "")], [("X-Act-As", "b"), ("X-Act-As-Name", "%f")]] {
                #expect(try await post(chat, bad) == 400, "\(bad)")
            }
        }
    }

    @Test("It acts on sockets, too, by the user's rights and not by its own, and as fast as over REST")
    func sockets() async throws {
        try await ChatFixture.with(environment: ["CHAT_FLOOD_MESSAGES": "3"]) { chat in
            try await chat.makeRoom("hall", "public")
            try await chat.makeRoom("den")
            let owner = try await chat.joinV2("hall", "owner")
            let bea = try await chat.openActing(as: "b%C3%A9a", name: "B%C3%A9a", "/chat/hall")
            #expect(try await bea.next("hello")["user_id"]?.text == "béa")
            for number in 1...6 { _ = try await bea.said("hello \(number)") }
            #expect(try await owner.next("message")["username"]?.text == "Béa")
            // Of its own rights none is the user's.
            #expect(try await bea.refusal(#""type":"moderate","action":"lock""#) == "forbidden")
            #expect(
                try await chat.request(.PUT, "/rooms/hall/mutes/b%C3%A9a", "owner", #"{"duration":60}"#).status == 200)
            #expect(try await bea.refusal(#""type":"message","content":"x""#) == "muted")
            for path in ["/chat/den", "/chat/den/events"] {
                await #expect(throws: UpgradeRefused.self) { _ = try await chat.openActing(as: "bea", path) }
            }
            let many = try await chat.openActing(as: "cleo", "/chat")
            #expect(try await many.refusal(#""type":"join","room_id":"den""#) == "forbidden")
            #expect(try await many.refusal(#""type":"join","room_id":"hall""#) == nil)
            let listener = try await chat.openActing(as: "dora", "/chat/hall/events")
            _ = try await owner.said("heard")
            #expect(try await listener.next("message")["data"]?["content"]?.text == "heard")
        }
    }

    @Test("Nobody else acts for others: a plain token and a moderator's are refused before the upgrade")
    func others() async throws {
        try await ChatFixture.with { chat in
            for scopes in [[], [.moderator]] as [Set<Identity.Scope>] {
                do {
                    _ = try await chat.openActing(as: "bea", "/chat/hall", by: "eve", scopes: scopes)
                    Issue.record("\(scopes) was let in")
                } catch let refused as UpgradeRefused {
                    #expect(refused.response.status == 403)
                }
            }
        }
    }

    @Test("Its sockets end with the user's and with its own, and are renewed with its token alone")
    func ends() async throws {
        try await ChatFixture.with { chat in
            let bea = try await chat.openActing(as: "bea", "/chat/hall")
            let issuer = try TokenIssuer(secret: SigningSecret(ChatServer.secret))
            func token(_ user: String, _ scopes: Set<Identity.Scope>) throws -> String {
                try issuer.issue(userID: UserID(user), scopes: scopes, lifetimeSeconds: 600).token
            }
            for (user, scopes) in [("bea", []), ("app", []), ("other", [.service])] as [(String, Set<Identity.Scope>)] {
                let frame = #""type":"auth","token":"\#(try token(user, scopes))""#
                #expect(try await bea.refusal(frame) == "forbidden", "\(user)")
            }
            #expect(try await bea.refusal(#""type":"auth","token":"\#(try token("app", [.service]))""#) == nil)
            #expect(try await bea.refusal(#""type":"message","content":"x""#) == nil)
            let ended = try await chat.request(.POST, "/users/bea/disconnect", "app", scopes: [.service])
            #expect(ended.body["sockets"]?.int == 1)
            #expect(try await bea.closeCode() == 4000)
            let again = try await chat.openActing(as: "bea", "/chat/hall")
            #expect(try await chat.request(.POST, "/users/app/revoke", "boss", scopes: [.service]).status == 204)
            #expect(try await again.closeCode() == 4501)
        }
    }

    @Test("What it does as a moderator is recorded as his act, with the application's name")
    func recorded() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            try await chat.put("bob", in: "hall")
            let headers = [("X-Act-As", "owner")]
            let path = "/rooms/hall/members/bob?reason=rude"
            let kicked = try await chat.request(.DELETE, path, "app", scopes: [.service], headers: headers)
            #expect(kicked.status == 204)
            let entry = try await chat.get("/rooms/hall/audit", "owner").body["entries"]?.array?.first
            #expect(entry?["actor"]?.text == "owner" && entry?["via"]?.text == "app")
            #expect(entry?["action"]?.text == "kick" && entry?["reason"]?.text == "rude")
        }
    }
}
