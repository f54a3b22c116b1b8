import BSON
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("Followers of threads, over real sockets on a real database")
struct ThreadFollowTests {
    private func threads(_ chat: ChatFixture, _ user: String, _ query: String = "") async throws -> [String] {
        let page = try await chat.get("/users/me/threads\(query)", user).body
        return (page["threads"]?.array ?? []).map { thread in
            "\(thread["root"]?["content"]?.text ?? "") \(thread["unread"]?.int ?? -1)"
        }
    }

    @Test("Who replies and who is replied to follow; each has read what he wrote, and not what others did")
    func replies() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let carol = try await chat.joinV2("lobby", "carol")
            let root = try await alice.said("root")
            #expect(try await threads(chat, "alice") == [])
            _ = try await bob.said("first", #","thread_id":"\#(root)""#)
            #expect(try await threads(chat, "alice") == ["root 1"])
            #expect(try await threads(chat, "bob") == ["root 0"])
            #expect(try await threads(chat, "carol") == [])
            _ = try await carol.said("second", #","thread_id":"\#(root)""#)
            _ = try await alice.said("third", #","thread_id":"\#(root)""#)
            #expect(try await threads(chat, "alice") == ["root 0"])
            #expect(try await threads(chat, "bob") == ["root 2"])
            #expect(try await threads(chat, "carol") == ["root 1"])
            let path = "/chat/lobby/threads/\(root)"
            let page = try await chat.get("\(path)/followers?limit=2", "bob").body
            #expect(page["followers"]?.array?.compactMap(\.text) == ["alice", "bob"])
            #expect(page["next_after"]?.text == "bob")
            // Read up to the second reply.
            #expect(try await chat.put("\(path)/read", "bob", #"{"seq":3}"#).body["unread"]?.int == 1)
            #expect(try await threads(chat, "bob") == ["root 1"])
            for body in [#"{"seq":2}"#, #"{"seq":5}"#, #"{"seq":"x"}"#, "{}"] {
                #expect(try await chat.put("\(path)/read", "bob", body).status == 400, "\(body)")
            }
            #expect(try await chat.put("\(path)/read", "dave", #"{"seq":3}"#).status == 403)
        }
    }

    @Test("One may follow and stop; who has stopped is not made a follower by the replies of others")
    func explicit() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            _ = try await chat.joinV2("lobby", "carol")
            let root = try await alice.said("root")
            let path = "/chat/lobby/threads/\(root)/follow"
            #expect(try await chat.get(path, "carol").body["following"]?.bool == false)
            #expect(try await chat.put(path, "carol", "{}").body["following"]?.bool == true)
            #expect(try await chat.request(.DELETE, path, "alice").status == 200)
            let reply = try await bob.said("reply", #","thread_id":"\#(root)""#)
            #expect(try await threads(chat, "carol") == ["root 1"])
            #expect(try await threads(chat, "alice") == [])
            #expect(try await chat.put("/chat/lobby/threads/\(reply)/follow", "carol", "{}").status == 400)
            #expect(
                try await chat.put("/chat/lobby/threads/000000000000000000000000/follow", "carol", "{}").status == 404)
        }
    }

    @Test("The list has the newest root first, comes in pages and goes with the membership")
    func pages() async throws {
        try await ChatFixture.with { chat in
            for room in ["a", "b"] {
                let alice = try await chat.joinV2(room, "alice")
                for number in 1...2 {
                    let root = try await alice.said("\(room)\(number)")
                    _ = try await alice.said("reply", #","thread_id":"\#(root)""#)
                }
            }
            #expect(try await threads(chat, "alice") == ["b2 0", "b1 0", "a2 0", "a1 0"])
            #expect(try await threads(chat, "alice", "?room_id=a") == ["a2 0", "a1 0"])
            let page = try await chat.get("/users/me/threads?limit=3", "alice").body
            let next = try #require(page["next_before_id"]?.text)
            #expect(try await threads(chat, "alice", "?limit=3&before_id=\(next)") == ["a1 0"])
            _ = try await chat.withDatabase { try $0.members.remove(room: "b", user: "alice") }
            #expect(try await threads(chat, "alice") == ["a2 0", "a1 0"])
        }
    }
}
