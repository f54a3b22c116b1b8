import BSON
import MongoStore
import NIOHTTP1
import Testing

@Suite("Invitations and requests to join, over REST on a real database", .serialized)
struct InviteTests {
    @Test("Who is invited by name comes in once he accepts, and not before; who declines stays out")
    func byName() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            try await chat.put("bob", in: "team")
            let made = try await chat.request(.POST, "/rooms/team/invites", "bob", #"{"user_id":"eve"}"#)
            #expect(made.status == 201)
            #expect(try await chat.get("/chat/team/history", "eve").status == 403)
            let mine = try await chat.get("/invites", "eve").body["invites"]?.array
            #expect(mine?.compactMap { $0["room_id"]?.text } == ["team"])
            #expect(try await chat.request(.PUT, "/rooms/team/members/eve", "eve").status == 200)
            #expect(try await chat.get("/chat/team/history", "eve").status == 200)
            #expect(try await chat.get("/invites", "eve").body["invites"]?.array?.isEmpty == true)
            let again = try await chat.request(.POST, "/rooms/team/invites", "bob", #"{"user_id":"eve"}"#)
            #expect(again.status == 409)
            let other = try await chat.request(.POST, "/rooms/team/invites", "bob", #"{"user_id":"mia"}"#)
            let code = try #require(other.body["code"]?.text)
            #expect(try await chat.request(.POST, "/invites/\(code)", "zoe").status == 404)
            #expect(try await chat.request(.DELETE, "/invites/\(code)", "zoe").status == 404)
            #expect(try await chat.request(.DELETE, "/invites/\(code)", "mia").status == 204)
            #expect(try await chat.request(.POST, "/invites/\(code)", "mia").status == 404)
            #expect(try await chat.request(.PUT, "/rooms/team/members/mia", "mia").status == 403)
        }
    }

    @Test("A link lets in as many as it says, until it expires or is revoked")
    func links() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            for body in [#"{"max_uses":0}"#, #"{"expires_in":1}"#, #"{"expires_in":1e12}"#, #"{"user_id":""}"#] {
                #expect(try await chat.request(.POST, "/rooms/team/invites", "owner", body).status == 400)
            }
            let made = try await chat.request(.POST, "/rooms/team/invites", "owner", #"{"max_uses":3}"#)
            let code = try #require(made.body["code"]?.text)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    group.addTask { try await chat.request(.POST, "/invites/\(code)", "user\(number)").status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 3, 404: 9])
            #expect(try await chat.withDatabase { try $0.count("members", ["room_id": "team"]) } == 4)
            let second = try await chat.request(.POST, "/rooms/team/invites", "owner", "{}")
            let expired = try #require(second.body["code"]?.text)
            try await chat.withDatabase { connection in
                let past: BSONDocument = ["$set": ["expires_at": .datetime(milliseconds: 4_000_000_000)]]
                _ = try connection.update("invites", [UpdateOperation(filter: ["_id": .string(expired)], update: past)])
            }
            let answer = try await chat.request(.POST, "/invites/\(expired)", "zoe")
            // The database may have swept it already.
            #expect([404, 410].contains(answer.status))
            let third = try await chat.request(.POST, "/rooms/team/invites", "owner", "{}")
            let revoked = try #require(third.body["code"]?.text)
            #expect(try await chat.request(.DELETE, "/rooms/team/invites/\(revoked)", "eve").status == 403)
            #expect(try await chat.request(.DELETE, "/rooms/team/invites/\(revoked)", "owner").status == 204)
            #expect(try await chat.request(.POST, "/invites/\(revoked)", "zoe").status == 404)
        }
    }

    @Test("Nobody is invited to a full or an archived room, nor who is banned; and the banned cannot use a link")
    func closedRooms() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            let invite = { (user: String) in
                try await chat.request(.POST, "/rooms/team/invites", "owner", #"{"user_id":"\#(user)"}"#).status
            }
            let link = try await chat.request(.POST, "/rooms/team/invites", "owner", "{}").body["code"]?.text ?? ""
            #expect(try await chat.request(.PUT, "/rooms/team/bans/eve", "owner", "{}").status == 200)
            #expect(try await invite("eve") == 409)
            #expect(try await chat.request(.POST, "/invites/\(link)", "eve").status == 403)
            _ = try await chat.request(.PATCH, "/rooms/team", "owner", #"{"settings":{"max_members":1}}"#)
            #expect(try await invite("bob") == 403)
            #expect(try await chat.request(.POST, "/invites/\(link)", "bob").status == 403)
            _ = try await chat.request(.PATCH, "/rooms/team", "owner", #"{"settings":{"max_members":0}}"#)
            #expect(try await chat.request(.PATCH, "/rooms/team", "owner", #"{"archived":true}"#).status == 200)
            #expect(try await invite("bob") == 403)
            #expect(try await chat.request(.POST, "/invites/\(link)", "bob").status == 403)
            #expect(try await chat.post("/chat/team/messages", "owner", #"{"content":"x"}"#).status == 403)
            #expect(try await chat.request(.PATCH, "/rooms/team", "owner", #"{"archived":false}"#).status == 200)
            #expect(try await chat.request(.POST, "/invites/\(link)", "bob").status == 200)
        }
    }

    @Test("Who asks to join comes in when a moderator says so")
    func requests() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            try await chat.put("bob", in: "team")
            let asked = try await chat.request(.POST, "/rooms/team/requests", "eve", #"{"message":"please"}"#)
            #expect(asked.status == 202)
            #expect(try await chat.request(.POST, "/rooms/team/requests", "bob").status == 409)
            #expect(try await chat.request(.POST, "/rooms/none/requests", "eve").status == 404)
            #expect(try await chat.get("/chat/team/history", "eve").status == 403)
            #expect(try await chat.get("/rooms/team/requests", "bob").status == 403)
            let waiting = try await chat.get("/rooms/team/requests", "owner").body["requests"]?.array
            #expect(waiting?.first?["message"]?.text == "please")
            #expect(try await chat.request(.PUT, "/rooms/team/requests/eve", "bob").status == 403)
            #expect(try await chat.request(.PUT, "/rooms/team/requests/eve", "owner").status == 204)
            #expect(try await chat.get("/chat/team/history", "eve").status == 200)
            _ = try await chat.request(.POST, "/rooms/team/requests", "mia")
            #expect(try await chat.request(.DELETE, "/rooms/team/requests/mia", "owner").status == 204)
            #expect(try await chat.request(.PUT, "/rooms/team/requests/mia", "owner").status == 404)
            #expect(try await chat.get("/chat/team/history", "mia").status == 403)
        }
    }

    @Test("Whoever leaves or is put out takes his invitations with him, and nobody else's")
    func makersWhoGo() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("team")
            let owners = try await chat.request(.POST, "/rooms/team/invites", "owner", "{}").body["code"]?.text ?? ""
            for user in ["kicked", "banned", "left"] {
                try await chat.put(user, in: "team")
                let link = try await chat.request(.POST, "/rooms/team/invites", user, "{}")
                let friend = #"{"user_id":"\#(user)s-friend"}"#
                let named = try await chat.request(.POST, "/rooms/team/invites", user, friend)
                #expect(link.status == 201 && named.status == 201)
                let codes = [link, named].compactMap { $0.body["code"]?.text }
                switch user {
                case "kicked":
                    #expect(try await chat.request(.DELETE, "/rooms/team/members/kicked", "owner").status == 204)
                case "banned":
                    #expect(try await chat.request(.PUT, "/rooms/team/bans/banned", "owner", "{}").status == 200)
                default:
                    #expect(try await chat.request(.DELETE, "/rooms/team/members/left", "left").status == 204)
                }
                for code in codes {
                    #expect(try await chat.request(.POST, "/invites/\(code)", user).status == 404)
                    #expect(try await chat.request(.POST, "/invites/\(code)", "\(user)s-friend").status == 404)
                }
            }
            #expect(try await chat.request(.POST, "/invites/\(owners)", "zoe").status == 200)
        }
    }
}
