import Auth
import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("The record of what moderators do, over real sockets on a real database", .serialized)
struct AuditTests {
    @Test("Every act of those who run a room is recorded: who, what, whom, why, and from what to what")
    func everyAct() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let owner = try await chat.joinV2("hall", "owner")
            let acts: [(HTTPMethod, String, String?)] = [
                (.PUT, "/members/bob", nil), (.PUT, "/members/bob", #"{"role":"moderator"}"#),
                (.PUT, "/mutes/bob", #"{"duration":60,"reason":"loud"}"#), (.DELETE, "/mutes/bob", nil),
                (.PUT, "/bans/eve", #"{"reason":"spam"}"#), (.DELETE, "/bans/eve", nil),
                (.PATCH, "", #"{"name":"Great Hall","settings":{"slow_mode":5}}"#),
                (.PATCH, "", #"{"locked":true,"topic":"new"}"#), (.PATCH, "", #"{"archived":true}"#),
                (.PATCH, "", #"{"archived":false}"#), (.PATCH, "", #"{"locked":false}"#),
                (.PATCH, "", #"{"settings":{"slow_mode":0,"post":"admins","word_filter":[{"word":"darn"}]}}"#),
                (.PATCH, "", #"{"visibility":"private"}"#), (.POST, "/invites", #"{"user_id":"ann"}"#),
                (.DELETE, "/members/bob?reason=bye", nil), (.POST, "/owner", #"{"user_id":"mia"}"#),
            ]
            try await chat.put("mia", in: "hall")
            for (method, path, body) in acts {
                let answer = try await chat.request(method, "/rooms/hall\(path)", "owner", body)
                #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer)")
            }
            _ = owner
            var log = try await chat.audit("hall", "mia")
            // The end of a mute stands in its detail.
            log[4] = String(log[4].prefix { $0 != "2" })
            #expect(
                log == [
                    "owner | create | public", "owner | add | mia | member", "owner | add | bob | member",
                    "owner | role | bob | member -> moderator", "owner | mute | bob | loud | ",
                    "owner | unmute | bob", "owner | ban | eve | spam", "owner | unban | eve",
                    #"owner | update | name: "Room hall" -> "Great Hall", slow_mode: 0 -> 5"#,
                    #"owner | update | topic: "" -> "new", locked: false -> true"#,
                    "owner | update | archived: false -> true",
                    "owner | update | archived: true -> false", "owner | update | locked: true -> false",
                    "owner | update | slow_mode: 5 -> 0, post: null -> admins, word_filter: 0 words -> 1 words",
                    "owner | update | visibility: public -> private", "owner | invite | ann",
                    "owner | kick | bob | bye", "owner | transfer | mia",
                ])
        }
    }

    @Test("Deleting and pinning what others wrote is recorded with it, one's own deletion is not")
    func messages() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            let (owner, bob) = (try await chat.joinV2("hall", "owner"), try await chat.joinV2("hall", "bob"))
            let (rude, own) = (try await bob.said("rude"), try await owner.said("own"))
            let pinned = try await bob.said("good")
            for frame in [
                #""type":"delete","message_id":"\#(rude)","reason":"insult""#,
                #""type":"delete","message_id":"\#(own)""#, #""type":"pin","message_id":"\#(pinned)","op":"add""#,
                #""type":"pin","message_id":"\#(pinned)","op":"remove""#,
            ] {
                #expect(try await owner.refusal(frame) == nil, "\(frame)")
            }
            // Again changes nothing, and so there is nothing to record.
            #expect(try await owner.refusal(#""type":"delete","message_id":"\#(rude)""#) == nil)
            #expect(try await bob.refusal(#""type":"delete","message_id":"\#(pinned)""#) == nil)
            let long = String(repeating: "x", count: 501)
            let refused = #""type":"delete","message_id":"\#(pinned)","reason":"\#(long)""#
            #expect(try await owner.refusal(refused) == "bad_request")
            #expect(
                try await chat.audit("hall") == [
                    "owner | create | public", "owner | delete_message | bob | insult | \(rude)",
                    "owner | pin | bob | \(pinned)", "owner | unpin | bob | \(pinned)",
                ])
        }
    }

    @Test("A moderator of all rooms stands in the record, and so do requests, reports and rooms that joining made")
    func more() async throws {
        try await ChatFixture.with { chat in
            let bob = try await chat.joinV2("lobby", "bob")
            let id = try await bob.said("rude")
            let report = #"{"message_id":"\#(id)","reason":"rude"}"#
            let made = try await chat.request(.POST, "/rooms/lobby/reports", "eve", report)
            let reportID = try #require(made.body["id"]?.text)
            let resolved = try await chat.request(
                .PUT, "/rooms/lobby/reports/\(reportID)", "mod", #"{"note":"seen"}"#, scopes: [.moderator])
            #expect(resolved.status == 204)
            let visibility = #"{"visibility":"private"}"#
            #expect(try await chat.request(.PATCH, "/rooms/lobby", "bob", visibility).status == 200)
            for user in ["ann", "ben"] {
                #expect(try await chat.request(.POST, "/rooms/lobby/requests", user).status == 202)
            }
            #expect(try await chat.request(.PUT, "/rooms/lobby/requests/ann", "bob").status == 204)
            #expect(try await chat.request(.DELETE, "/rooms/lobby/requests/ben", "bob").status == 204)
            #expect(
                try await chat.audit("lobby", "bob") == [
                    "bob | create | public", "mod | resolve_report | seen | \(reportID)",
                    "bob | update | visibility: public -> private", "bob | approve | ann", "bob | refuse | ben",
                ])
        }
    }
}
