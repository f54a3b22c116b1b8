import BSON
import MongoStore
import TestSupport
import Testing

@Suite("What is read and what is not, over real sockets on a real database")
struct ReadingTests {
    /// The entry of a room in a user's unread list.
    private func unread(_ chat: ChatFixture, _ user: String, _ room: String = "lobby") async throws -> JSON {
        let rooms = try await chat.get("/users/me/unread", user).body["rooms"]?.array ?? []
        return try #require(rooms.first { $0["room_id"]?.text == room })
    }

    @Test("Unread counts what others said since one joined or read, tombstones and replies included, not one's own")
    func formula() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            var ids: [String] = []
            for number in 1...3 { ids.append(try await alice.said("early \(number)")) }
            let bob = try await chat.joinV2("lobby", "bob")
            // Who comes late has missed nothing.
            #expect(try await unread(chat, "bob")["unread"]?.int == 0)
            let root = try await alice.said("root")
            _ = try await alice.said("reply", #","thread_id":"\#(root)""#)
            let doomed = try await alice.said("doomed")
            #expect(try await alice.refusal(#""type":"delete","message_id":"\#(doomed)""#) == nil)
            var room = try await unread(chat, "bob")
            #expect(room["unread"]?.int == 3)
            #expect(room["last_seq"]?.int == 6)
            #expect(room["read_seq"]?.int == 3)
            #expect(room["last_message"]?["_id"]?.text == doomed)
            #expect(try await unread(chat, "alice")["unread"]?.int == 0)
            #expect(try await bob.refusal(#""type":"read","seq":4"#) == nil)
            #expect(try await unread(chat, "bob")["unread"]?.int == 2)
            // What one sends oneself is read, and so is what stands before it.
            _ = try await bob.said("mine")
            room = try await unread(chat, "bob")
            #expect(room["unread"]?.int == 0)
            #expect(room["last_message"]?["content"]?.text == "mine")
            #expect(try await unread(chat, "alice")["unread"]?.int == 1)
        }
    }

    @Test("Positions are there after a restart, and unread is right in a room that nobody looks at")
    func stored() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            for number in 1...5 { _ = try await alice.said("m\(number)") }
            for seq in 1...3 { #expect(try await bob.refusal(#""type":"read","seq":\#(seq)"#) == nil) }
            await chat.server.stop()
            let again = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let rooms = try await chat.get("/users/me/unread", "bob", on: again).body["rooms"]?.array
            #expect(rooms?.first?["unread"]?.int == 2)
            #expect(rooms?.first?["last_message"]?["content"]?.text == "m5")
            let own = try await chat.get("/users/me/unread", "alice", on: again).body["rooms"]?.array
            #expect(own?.first?["unread"]?.int == 0)
            await again.stop()
        }
    }

    @Test("A read beyond the end, backwards or of a wrong type is refused and changes nothing")
    func refused() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            for number in 1...4 { _ = try await alice.said("m\(number)") }
            #expect(try await bob.refusal(#""type":"read","seq":3"#) == nil)
            #expect(try await bob.refusal(#""type":"read","seq":3"#) == nil)
            for seq in ["5", "2", "-1", "1.5", "\"3\"", "1e300", "null"] {
                #expect(try await bob.refusal(#""type":"read","seq":\#(seq)"#) == "bad_request", "\(seq)")
            }
            #expect(try await unread(chat, "bob")["unread"]?.int == 1)
            #expect(try await bob.refusal(#""type":"read","room_id":"other","seq":1"#) == "bad_request")
        }
    }

    @Test("A client that scrolls fast is told of once, and is written once")
    func coalesced() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "0"]) { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let listener = try await chat.open("/chat/lobby/events", "listener")
            for number in 1...50 { _ = try await alice.said("m\(number)") }
            for seq in 1...50 { try await bob.send(#"{"type":"read","seq":\#(seq),"ref":"r\#(seq)"}"#) }
            _ = try await bob.next("ack") { $0["ref"]?.text == "r50" }
            var told = 0
            while true {
                let read = try await alice.next("read")
                #expect(read["user_id"]?.text == "bob")
                told += 1
                if read["seq"]?.int == 50 { break }
            }
            #expect(told <= 3)
            let event = try await listener.next("read") { $0["data"]?["seq"]?.int == 50 }
            #expect(event["data"]?["user_id"]?.text == "bob")
        }
    }

    @Test("Readers are those who were there and have read it, page by page, without its author")
    func readers() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let early = try await alice.said("early")
            var people: [TestSocket] = []
            for name in ["bob", "carol", "dave"] { people.append(try await chat.joinV2("lobby", name)) }
            let id = try await alice.said("hello")
            #expect(try await people[0].refusal(#""type":"read","seq":2"#) == nil)
            #expect(try await people[2].refusal(#""type":"read","seq":2"#) == nil)
            let path = "/chat/lobby/messages/\(id)/readers"
            let page = try await chat.get(path, "carol").body
            #expect(page["readers"]?.array?.compactMap(\.text) == ["bob", "dave"])
            #expect(page["next_after"] == .null)
            #expect(try await chat.get("/chat/lobby/messages/\(early)/readers", "alice").body["readers"]?.array == [])
            var names: [String] = []
            var after = ""
            while true {
                let page = try await chat.get("\(path)?limit=1\(after)", "alice").body
                names += page["readers"]?.array?.compactMap(\.text) ?? []
                guard let next = page["next_after"]?.text else { break }
                after = "&after=\(next)"
            }
            #expect(names == ["bob", "dave"])
            #expect(try await chat.get("/chat/lobby/messages/000000000000000000000000/readers", "alice").status == 404)
        }
    }

    @Test("Who does not share what he has read is told of to nobody but himself")
    func silentUser() async throws {
        try await ChatFixture.with { chat in
            let (alice, bob) = (try await chat.joinV2("lobby", "alice"), try await chat.joinV2("lobby", "bob"))
            let bobsPhone = try await chat.joinV2("lobby", "bob")
            #expect(try await chat.get("/users/me/settings", "bob").body["read_receipts"]?.bool == true)
            let changed = try await chat.put("/users/me/settings", "bob", #"{"read_receipts":false}"#)
            #expect(changed.status == 200)
            #expect(try await chat.get("/users/me/settings", "bob").body["read_receipts"]?.bool == false)
            #expect(try await chat.put("/users/me/settings", "bob", #"{"read_receipts":"no"}"#).status == 400)
            let id = try await alice.said("hello")
            #expect(try await bob.refusal(#""type":"read","seq":1"#) == nil)
            #expect(try await bobsPhone.next("read")["seq"]?.int == 1)
            #expect(try await unread(chat, "bob")["unread"]?.int == 0)
            #expect(try await chat.get("/chat/lobby/messages/\(id)/readers", "alice").body["readers"]?.array == [])
            // What Alice sends to herself comes behind what the room was told before.
            _ = try await alice.said("end")
            #expect(try await alice.drained().allSatisfy { $0.type != "read" })
        }
    }

    @Test("A room may keep to itself who has read what")
    func silentRoom() async throws {
        try await ChatFixture.with { chat in
            try await chat.withDatabase { connection in
                _ = try connection.rooms.createIfMissing(
                    RoomRecord(
                        id: "quiet", name: "quiet", createdBy: "alice", createdAt: 0,
                        settings: ["read_receipts": .bool(false)]))
            }
            let (alice, bob) = (try await chat.joinV2("quiet", "alice"), try await chat.joinV2("quiet", "bob"))
            let bobsPhone = try await chat.joinV2("quiet", "bob")
            let id = try await alice.said("hello")
            #expect(try await bob.refusal(#""type":"read","seq":1"#) == nil)
            #expect(try await bobsPhone.next("read")["seq"]?.int == 1)
            #expect(try await alice.drained().allSatisfy { $0.type != "read" })
            #expect(try await chat.get("/chat/quiet/messages/\(id)/readers", "alice").status == 403)
        }
    }

    @Test("The list of rooms comes in pages, and rooms of others are not in it")
    func pages() async throws {
        try await ChatFixture.with { chat in
            for room in ["a", "b", "c"] {
                _ = try await chat.post("/chat/\(room)/messages", "alice", #"{"content":"hi"}"#)
            }
            _ = try await chat.post("/chat/d/messages", "bob", #"{"content":"hi"}"#)
            var rooms: [String] = []
            var after = ""
            while true {
                let page = try await chat.get("/users/me/unread?limit=2\(after)", "alice").body
                rooms += page["rooms"]?.array?.compactMap { $0["room_id"]?.text } ?? []
                guard let next = page["next_after"]?.text else { break }
                after = "&after=\(next)"
            }
            #expect(rooms == ["a", "b", "c"])
            #expect(try await chat.get("/users/me/unread?limit=x", "alice").status == 400)
        }
    }
}
