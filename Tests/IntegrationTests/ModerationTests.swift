import Auth
import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Moderation, over real sockets on a real database", .serialized)
struct ModerationTests {
    /// All ways of saying something; each with what it needs.
    private func speech(_ message: String) -> [String] {
        [
            #""type":"message","content":"x""#, #""type":"edit","message_id":"\#(message)","content":"y""#,
            #""type":"reaction","message_id":"\#(message)","reaction":"👍","op":"add""#,
        ]
    }

    private func say(_ socket: TestSocket, _ content: String) async throws -> String {
        try await socket.say(content, clientID: "c-\(content)")
        return try #require(try await socket.next("ack")["_id"]?.text)
    }

    @Test("A ban closes every socket of the banned at once and keeps him out until it is lifted")
    func ban() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let owner = try await chat.joinV2("hall", "owner")
            let sockets = [
                try await chat.joinV2("hall", "bob"), try await chat.join("hall", "bob"),
                try await chat.open("/chat/hall/events", "bob"),
            ]
            let path = "/rooms/hall/bans/bob"
            #expect(try await chat.request(.PUT, path, "bob", "{}").status == 400)
            #expect(try await chat.request(.PUT, "/rooms/hall/bans/owner", "bob", "{}").status == 403)
            let start = ContinuousClock.now
            #expect(try await chat.request(.PUT, path, "owner", #"{"reason":"spam","duration":3600}"#).status == 200)
            for socket in sockets { #expect(try await socket.closeCode() == 4504) }
            #expect(start.duration(to: .now) < .seconds(10))
            #expect(try await owner.next("member") { $0["action"]?.text == "banned" }["reason"]?.text == "spam")
            #expect(try await chat.get("/chat/hall/history", "bob").body["error"]?["code"]?.text == "banned")
            #expect(try await chat.post("/chat/hall/messages", "bob", #"{"content":"x"}"#).status == 403)
            #expect(try await chat.request(.PUT, "/rooms/hall/members/bob", "bob").status == 403)
            let bans = try await chat.get("/rooms/hall/bans", "owner").body["bans"]?.array
            #expect(bans?.first?["user_id"]?.text == "bob")
            #expect(try await chat.request(.DELETE, path, "owner").status == 204)
            #expect(try await chat.request(.DELETE, path, "owner").status == 404)
            _ = try await chat.joinV2("hall", "bob")
            let entries = try await chat.get("/rooms/hall/audit", "owner").body["entries"]?.array
            #expect(entries?.compactMap { $0["action"]?.text } == ["unban", "ban", "create"])
            #expect(try await chat.get("/rooms/hall/audit", "bob").status == 403)
        }
    }

    @Test("The muted are silent in every way, on open sockets and over REST, until they are unmuted")
    func mute() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let bob = try await chat.joinV2("hall", "bob")
            let id = try await say(bob, "before")
            let path = "/rooms/hall/mutes/bob"
            #expect(try await chat.request(.PUT, path, "owner", #"{"duration":0}"#).status == 400)
            #expect(try await chat.request(.PUT, path, "owner", #"{"duration":600,"reason":"calm"}"#).status == 200)
            let told = try await bob.next("moderation")
            #expect(told["action"]?.text == "muted" && told["user_id"]?.text == "bob")
            for frame in speech(id) + [#""type":"typing","typing":true"#] {
                #expect(try await bob.refusal(frame) == "muted", "\(frame)")
            }
            let answer = try await chat.post("/chat/hall/messages", "bob", #"{"content":"x"}"#)
            #expect(answer.body["error"]?["code"]?.text == "muted")
            #expect(try await bob.refusal(#""type":"delete","message_id":"\#(id)""#) == nil)
            #expect(try await chat.request(.DELETE, path, "owner").status == 204)
            _ = try await bob.next("moderation")
            #expect(try await bob.refusal(#""type":"message","content":"again""#) == nil)
        }
    }

    @Test("In slow mode each waits between two messages; moderators do not, and a resent message is no second one")
    func slowMode() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let (owner, bob) = (try await chat.joinV2("hall", "owner"), try await chat.joinV2("hall", "bob"))
            #expect(try await owner.refusal(#""type":"moderate","action":"slow_mode","duration":600"#) == nil)
            #expect(try await bob.next("room_updated")["room"]?["settings"]?["slow_mode"]?.int == 600)
            let id = try await say(bob, "first")
            for frame in speech(id) + [#""type":"typing","typing":true"#] {
                #expect(try await bob.refusal(frame) == "slow_mode", "\(frame)")
            }
            try await bob.say("first", clientID: "c-first")
            #expect(try await bob.next("ack")["duplicate"]?.bool == true)
            let posted = try await chat.post("/chat/hall/messages", "bob", #"{"content":"x"}"#)
            #expect(posted.status == 429)
            #expect((posted.body["error"]?["retry_after_ms"]?.int ?? 0) > 500_000)
            for _ in 0..<3 { #expect(try await owner.refusal(#""type":"message","content":"x""#) == nil) }
            let patch = #"{"settings":{"slow_mode":0}}"#
            #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
            #expect(try await bob.refusal(#""type":"message","content":"x""#) == nil)
        }
    }

    @Test("Floods are refused with the time to wait, over all of a person's sockets")
    func flood() async throws {
        try await ChatFixture.with(environment: ["CHAT_FLOOD_MESSAGES": "5"]) { chat in
            try await chat.makeRoom("hall", "public")
            let sockets = [try await chat.joinV2("hall", "bob"), try await chat.joinV2("hall", "bob")]
            var codes: [String?] = []
            for number in 0..<8 {
                codes.append(try await sockets[number % 2].refusal(#""type":"message","content":"x""#))
            }
            #expect(codes.prefix(5).allSatisfy { $0 == nil })
            #expect(codes.contains("rate_limited"))
        }
    }

    @Test("The frames of moderators do what the endpoints do, and nobody else's do anything")
    func frames() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let owner = try await chat.joinV2("hall", "owner")
            for user in ["bob", "eve"] { try await chat.put(user, in: "hall") }
            let (bob, eve) = (try await chat.joinV2("hall", "bob"), try await chat.joinV2("hall", "eve"))
            for action in ["kick", "ban", "unban", "mute", "unmute", "lock", "unlock", "slow_mode"] {
                let frame = #""type":"moderate","action":"\#(action)","user_id":"eve","duration":9"#
                #expect(try await bob.refusal(frame) == "forbidden", "\(action)")
            }
            #expect(try await owner.refusal(#""type":"moderate","action":"dance","user_id":"eve""#) == "bad_request")
            #expect(try await owner.refusal(#""type":"moderate","action":"kick""#) == "bad_request")
            #expect(try await owner.refusal(#""type":"moderate","action":"lock""#) == nil)
            #expect(try await bob.refusal(#""type":"message","content":"x""#) == "forbidden")
            #expect(try await owner.refusal(#""type":"moderate","action":"unlock""#) == nil)
            #expect(try await owner.refusal(#""type":"moderate","action":"mute","user_id":"bob","duration":60"#) == nil)
            #expect(try await bob.refusal(#""type":"message","content":"x""#) == "muted")
            let kick = #""type":"moderate","action":"kick","user_id":"eve","reason":"bye""#
            #expect(try await owner.refusal(kick) == nil)
            #expect(try await eve.closeCode() == 4503)
            #expect(try await owner.refusal(#""type":"moderate","action":"ban","user_id":"bob""#) == nil)
            #expect(try await bob.closeCode() == 4504)
        }
    }

    @Test("The word filter blocks, masks and flags, in messages and edits")
    func wordFilter() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let words = #"[{"word":"darn"},{"word":"heck","action":"mask"},{"word":"hmm","action":"flag"}]"#
            let patch = #"{"settings":{"word_filter":\#(words)}}"#
            #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
            let bob = try await chat.joinV2("hall", "bob")
            #expect(try await chat.get("/rooms/hall", "bob").body["settings"]?["word_filter"] == nil)
            #expect(try await chat.get("/rooms/hall", "owner").body["settings"]?["word_filter"]?.array?.count == 3)
            #expect(try await bob.refusal(#""type":"message","content":"DA\#u{200B}RN!""#) == "filtered")
            let answer = try await chat.post("/chat/hall/messages", "bob", #"{"content":"darn"}"#)
            #expect(answer.status == 422)
            let id = try await say(bob, "what the Heck")
            let shown = try await chat.get("/chat/hall/messages/\(id)").body["message"]
            #expect(shown?["content"]?.text == "what the ****")
            try await bob.say("what the Heck", clientID: "c-what the Heck")
            #expect(try await bob.next("ack")["duplicate"]?.bool == true)
            #expect(try await bob.refusal(#""type":"edit","message_id":"\#(id)","content":"darn""#) == "filtered")
            let flagged = try await say(bob, "hmm")
            var reports: [JSON] = []
            while reports.isEmpty {
                reports = try await chat.get("/rooms/hall/reports", "owner").body["reports"]?.array ?? []
            }
            #expect(reports.first?["message_id"]?.text == flagged)
        }
    }

    @Test("Reports wait for the moderators, who resolve them with a note")
    func reports() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let bob = try await chat.joinV2("hall", "bob")
            let id = try await say(bob, "rude")
            #expect(try await bob.refusal(#""type":"report","message_id":"\#(id)","reason":"self""#) == nil)
            let body = #"{"message_id":"\#(id)","reason":"rude"}"#
            #expect(try await chat.post("/rooms/hall/reports", "eve", body).status == 201)
            let wrong = #"{"message_id":"x","reason":"r"}"#
            #expect(try await chat.post("/rooms/hall/reports", "eve", wrong).status == 400)
            let other = String(repeating: "0", count: 24)
            let none = #"{"message_id":"\#(other)","reason":"r"}"#
            #expect(try await chat.post("/rooms/hall/reports", "eve", none).status == 404)
            #expect(try await chat.get("/rooms/hall/reports", "bob").status == 403)
            let first = try await chat.get("/rooms/hall/reports?limit=1", "owner").body
            #expect(first["reports"]?.array?.first?["message"]?["content"]?.text == "rude")
            let next = try #require(first["next_before"]?.text)
            let second = try await chat.get("/rooms/hall/reports?limit=1&before=\(next)", "owner").body
            #expect(second["reports"]?.array?.first?["user_id"]?.text == "bob")
            let report = try #require(first["reports"]?.array?.first?["id"]?.text)
            let path = "/rooms/hall/reports/\(report)"
            #expect(try await chat.request(.PUT, path, "bob", "{}").status == 403)
            #expect(try await chat.request(.PUT, path, "owner", #"{"note":"talked to him"}"#).status == 204)
            #expect(try await chat.request(.PUT, path, "owner", "{}").status == 404)
            #expect(try await chat.get("/rooms/hall/reports", "owner").body["reports"]?.array?.count == 1)
            let resolved = try await chat.get("/rooms/hall/reports?status=resolved", "owner").body["reports"]?.array
            #expect(resolved?.first?["note"]?.text == "talked to him")
        }
    }

    @Test("Neither a mute nor a role below a member ends by leaving, or being put out, and coming back")
    func comingBack() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            for user in ["bob", "zoe"] { try await chat.put(user, in: "hall") }
            try await chat.put("eve", in: "hall", as: "read_only")
            for user in ["bob", "zoe"] {
                let muted = try await chat.request(.PUT, "/rooms/hall/mutes/\(user)", "owner", #"{"duration":600}"#)
                #expect(muted.status == 200)
            }
            for (user, by, code) in [("bob", "bob", "muted"), ("zoe", "owner", "muted"), ("eve", "eve", "forbidden")] {
                for _ in 0..<2 {
                    #expect(try await chat.request(.DELETE, "/rooms/hall/members/\(user)", by).status == 204)
                    let socket = try await chat.joinV2("hall", user)
                    #expect(try await socket.refusal(#""type":"message","content":"x""#) == code, "\(user)")
                }
            }
            #expect(try await chat.request(.DELETE, "/rooms/hall/mutes/bob", "owner").status == 204)
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/bob", "bob").status == 204)
            let bob = try await chat.joinV2("hall", "bob")
            #expect(try await bob.refusal(#""type":"message","content":"x""#) == nil)
        }
    }

    @Test("A low role outlasts being let in, invited and added; only who gives roles gives a higher one")
    func lowRoleStays() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            try await chat.put("mo", in: "team", as: "moderator")
            try await chat.put("mia", in: "team", as: "guest")
            let kick = { try await chat.request(.DELETE, "/rooms/team/members/mia", "owner").status }
            let role = { try await chat.get("/rooms/team", "mia").body["role"]?.text }
            #expect(try await kick() == 204)
            #expect(try await chat.request(.POST, "/rooms/team/requests", "mia").status == 202)
            #expect(try await chat.request(.PUT, "/rooms/team/requests/mia", "mo").status == 204)
            #expect(try await role() == "guest")
            #expect(try await kick() == 204)
            let link = try await chat.request(.POST, "/rooms/team/invites", "owner", "{}").body["code"]?.text ?? ""
            #expect(try await chat.request(.POST, "/invites/\(link)", "mia").body["role"]?.text == "guest")
            #expect(try await kick() == 204)
            #expect(try await chat.request(.PUT, "/rooms/team/members/mia", "mo", #"{"role":"member"}"#).status == 200)
            #expect(try await role() == "guest")
            #expect(try await kick() == 204)
            try await chat.put("mia", in: "team")
            #expect(try await role() == "member")
            #expect(try await kick() == 204)
            #expect(try await chat.request(.POST, "/invites/\(link)", "mia").body["role"]?.text == "member")
        }
    }
}
