import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("A room that a thousand people come to, leave and are put out of at once", .serialized)
struct RoomConcurrencyTests {
    @Test("After a thousand joins, kicks and bans at once, memory, database and open sockets say the same")
    func consistency() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            try await chat.put("mod", in: "hall", as: "moderator")
            let owner = try await chat.joinV2("hall", "owner")
            let sockets = try await rush(chat, people: 420)
            // Whoever was banned at some time and not let in again has no socket and is no member.
            let (members, bans) = try await chat.withDatabase { connection in
                (
                    try connection.find("members", ["room_id": "hall"]).compactMap { $0.string("user_id") },
                    try connection.find("bans", ["room_id": "hall"]).compactMap { $0.string("user_id") }
                )
            }
            #expect(Set(members).count == members.count)
            #expect(Set(members).isDisjoint(with: bans))
            for (user, socket) in sockets {
                let isMember = members.contains(user)
                let answer = try await chat.post("/chat/hall/messages", user, #"{"content":"x"}"#)
                #expect((answer.status == 201) == !bans.contains(user), "\(user) \(answer.status)")
                guard let socket, !isMember else { continue }
                let code = try await socket.closeCode()
                #expect([4502, 4503, 4504].contains(code), "\(user) \(code ?? 0)")
            }
            // Memory agrees with the database about who is there.
            let listed = try await chat.get("/rooms/hall/bans?limit=200", "owner").body["bans"]?.array
            #expect(Set(listed?.compactMap { $0["user_id"]?.text } ?? []) == Set(bans))
            _ = owner
        }
    }

    /// Everybody joins; a third is put out meanwhile, a third banned. A thousand acts in all.
    private func rush(_ chat: ChatFixture, people: Int) async throws -> [(user: String, socket: TestSocket?)] {
        try await withThrowingTaskGroup(of: (String, TestSocket?)?.self) { group in
            for number in 0..<people {
                let user = "user\(number)"
                group.addTask { (user, try? await chat.joinV2("hall", user)) }
                if number % 3 != 0 {
                    group.addTask {
                        let isBan = number % 3 == 1
                        let path = isBan ? "/rooms/hall/bans/\(user)" : "/rooms/hall/members/\(user)"
                        let by = number % 2 == 0 ? "owner" : "mod"
                        _ = try await chat.request(isBan ? .PUT : .DELETE, path, by, isBan ? "{}" : nil)
                        return nil
                    }
                }
                if number % 4 == 0 {
                    group.addTask {
                        _ = try await chat.request(.PUT, "/rooms/hall/members/\(user)", user)
                        return nil
                    }
                }
                if number % 2 == 0 {
                    group.addTask {
                        _ = try await chat.request(.DELETE, "/rooms/hall/members/\(user)", user)
                        return nil
                    }
                }
            }
            var sockets: [(user: String, socket: TestSocket?)] = []
            for try await case let (user, socket)? in group { sockets.append((user, socket)) }
            return sockets
        }
    }
}
