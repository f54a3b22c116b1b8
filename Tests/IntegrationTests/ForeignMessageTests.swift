import Auth
import Chat
import ChatClient
import NIOHTTP1
import TestSupport
import Testing

@Suite("What is not one's to see or to do, over real sockets on a real database", .serialized)
struct ForeignMessageTests {
    @Test(
        "An edit of another room's message, or of another's, makes no report, and reports show no other room's messages"
    )
    func flaggedEdits() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("secret", by: "ann")
            let ann = try await chat.joinV2("secret", "ann")
            let foreign = try await ann.said("between us")
            try await chat.makeRoom("own", by: "mallory")
            let patch = #"{"settings":{"word_filter":[{"word":"rude","action":"flag"}]}}"#
            #expect(try await chat.request(.PATCH, "/rooms/own", "mallory", patch).status == 200)
            let mallory = try await chat.joinV2("own", "mallory")
            let edit = #""type":"edit","message_id":"\#(foreign)","content":"rude""#
            #expect(try await mallory.refusal(edit) == "not_found")
            let own = try await mallory.said("polite")
            #expect(try await mallory.refusal(#""type":"edit","message_id":"\#(own)","content":"rude""#) == nil)
            // The report is written behind the answer.
            var reports: [JSON] = []
            while reports.isEmpty {
                reports = try await chat.get("/rooms/own/reports", "mallory").body["reports"]?.array ?? []
            }
            #expect(reports.count == 1)
            #expect(reports.first?["message"]?["_id"]?.text == own)
        }
    }

    @Test("A room whose history becomes its members' ends the sockets of those who only listened")
    func historyBecomesPrivate() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("club", "public")
            let stranger = try await chat.open("/chat/club/events", "stranger")
            let patch = #"{"settings":{"history":"joined"}}"#
            #expect(try await chat.request(.PATCH, "/rooms/club", "owner", patch).status == 200)
            #expect(try await stranger.closeCode() == 4502)
        }
    }

    @Test("Who joined later can neither react to nor answer what was said before, and is not told of it by a mention")
    func beforeJoining() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("club")
            let patch = #"{"settings":{"history":"joined"}}"#
            #expect(try await chat.request(.PATCH, "/rooms/club", "owner", patch).status == 200)
            let owner = try await chat.joinV2("club", "owner")
            let old = try await owner.said("before")
            try await chat.put("late", in: "club")
            let late = try await chat.joinV2("club", "late")
            let reaction = #""type":"reaction","message_id":"\#(old)","reaction":"👍","op":"add""#
            #expect(try await late.refusal(reaction) == "not_found")
            for field in ["reply_to", "thread_id"] {
                try await late.send(
                    #"{"type":"message","content":"x","client_id":"\#(field)","\#(field)":"\#(old)"}"#)
                #expect(try await late.next("error") { $0["ref"]?.text == field }["code"]?.text == "not_found")
            }
            let edit = #""type":"edit","message_id":"\#(old)","content":"before, @late""#
            #expect(try await owner.refusal(edit) == nil)
            _ = try await owner.said("after")
            // The next mention is the first that he hears of.
            _ = try await owner.said("@late look")
            let mention = try await late.next("mention")
            #expect(mention["message"]?["content"]?.text == "@late look")
        }
    }

    @Test("A moderator's rights end on an open socket when he renews it with a token that has none")
    func renewedWithLess() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("club", "public")
            try await chat.put("member", in: "club")
            let issuer = try TokenIssuer(secret: SigningSecret(ChatServer.secret))
            let strong = try issuer.issue(
                userID: UserID("mona"), scopes: [.moderator], lifetimeSeconds: 600
            ).token
            let connection = try await ChatClient.connect(
                url: chat.server.socketURL + "/chat/club", headers: ["Authorization": "Bearer \(strong)"],
                subprotocols: ["chat.v2"], group: chat.group)
            let mona = TestSocket(connection: connection)
            let mute = #""type":"moderate","action":"mute","user_id":"member","duration":60"#
            #expect(try await mona.refusal(mute) == nil)
            let plain = try ChatFixture.token("mona")
            #expect(try await mona.refusal(#""type":"auth","token":"\#(plain)""#) == nil)
            #expect(try await mona.refusal(mute) == "forbidden")
        }
    }

    @Test("Mentions by somebody who is blocked are neither listed nor counted")
    func blockedMentions() async throws {
        try await ChatFixture.with { chat in
            _ = try await chat.joinV2("lobby", "carol").next("history")
            let bob = try await chat.joinV2("lobby", "bob")
            #expect(try await chat.request(.PUT, "/users/me/blocks/bob", "carol").status < 300)
            _ = try await bob.said("@carol hear me")
            let dave = try await chat.joinV2("lobby", "dave")
            _ = try await dave.said("@carol hello")
            let listed = try await chat.get("/users/me/mentions", "carol").body["messages"]?.array
            #expect(listed?.compactMap { $0["user_id"]?.text } == ["dave"])
            let rooms = try await chat.get("/users/me/unread", "carol").body["rooms"]?.array
            #expect(rooms?.first?["mentions"]?.int == 1)
        }
    }

    @Test("Who made a room, handed it over and left does not own it again by coming back")
    func noOwnerAgain() async throws {
        try await ChatFixture.with { chat in
            let first = try await chat.join("lobby", "first")
            try await chat.put("second", in: "lobby", by: "first")
            let handover = try await chat.request(.POST, "/rooms/lobby/owner", "first", #"{"user_id":"second"}"#)
            #expect(handover.status < 300, "\(handover)")
            await first.connection.close()
            #expect(try await chat.request(.DELETE, "/rooms/lobby/members/first", "first").status == 204)
            let again = try await chat.join("lobby", "first")
            _ = try await again.next("presence")
            #expect(try await chat.request(.PATCH, "/rooms/lobby", "first", #"{"topic":"mine"}"#).status == 403)
        }
    }
}
