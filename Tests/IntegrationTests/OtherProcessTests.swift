import BSON
import ChatClient
import MongoStore
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@Suite("What sockets of another process hear, over real sockets on a real database")
struct OtherProcessTests {
    /// Two processes on one database.
    private func with(_ body: (ChatFixture, ChatServer) async throws -> Void) async throws {
        try await ChatFixture.with { chat in
            let other = try await ChatServer.start(uri: chat.uri, database: chat.database)
            try await body(chat, other)
            await other.stop()
        }
    }

    /// Does something until the socket hears of it: at first the processes may not know of each other.
    private func hears(
        _ socket: TestSocket, _ type: String, of act: () async throws -> Void
    ) async throws -> JSON {
        for _ in 0..<10 {
            try await act()
            while let frame = try? await socket.connection.next(within: .seconds(3)) {
                guard let text = frame.text, let json = try? JSON(text), json.type == type else {
                    continue
                }
                return json
            }
        }
        throw ChildProcess.Failure("no \(type) was heard")
    }

    /// Makes somebody a member of the room, who then is nowhere.
    private func visit(_ room: String, _ user: String, _ chat: ChatFixture) async throws {
        let socket = try await chat.joinV2(room, user)
        _ = try await socket.next("history")
        await socket.connection.close()
    }

    @Test(
        "Who is mentioned hears of it on all sockets, also where nobody looks at the room, and once where somebody does"
    )
    func mentions() async throws {
        try await with { chat, other in
            try await visit("lobby", "bob", chat)
            let alice = try await chat.joinV2("lobby", "alice")
            let rooms = try await chat.open("/chat", "bob", subprotocols: ["chat.v2"], on: other)
            let events = try await chat.open("/chat/elsewhere/events", "bob", on: other)
            let heard = try await hears(rooms, "mention") { _ = try await alice.said("hello @bob") }
            #expect(heard["room_id"]?.text == "lobby")
            #expect(heard["message"]?["content"]?.text == "hello @bob")
            _ = try await events.next("mention")
            // Now that they know each other, each is told once, whether the room is in memory there or not.
            let looking = try await chat.joinV2("lobby", "bob", on: other)
            _ = try await looking.next("presence")
            _ = try await alice.said("@bob one")
            _ = try await alice.said("@bob two")
            for socket in [rooms, looking] {
                var contents: [String] = []
                while contents.last != "@bob two" {
                    let mention = try await socket.next("mention")
                    contents.append(mention["message"]?["content"]?.text ?? "")
                }
                #expect(contents.filter { $0 == "@bob one" }.count == 1)
                #expect(contents.filter { $0 == "@bob two" }.count == 1)
            }
            let all = try await chat.post("/chat/lobby/messages", "alice", #"{"content":"@room all"}"#)
            #expect(all.status == 201)
            _ = try await rooms.next("mention") { $0["message"]?["content"]?.text == "@room all" }
            // By an edit.
            let id = try await alice.said("nobody")
            #expect(try await alice.refusal(#""type":"edit","message_id":"\#(id)","content":"you, @bob""#) == nil)
            _ = try await rooms.next("mention") { $0["message"]?["content"]?.text == "you, @bob" }
        }
    }

    @Test("Who is no longer a member, or has blocked the author, does not hear of it")
    func notForThem() async throws {
        try await with { chat, other in
            try await chat.makeRoom("club", by: "alice")
            for user in ["bob", "carol", "dave"] { try await chat.put(user, in: "club", by: "alice") }
            let alice = try await chat.joinV2("club", "alice")
            func open(_ user: String) async throws -> TestSocket {
                try await chat.open("/chat", user, subprotocols: ["chat.v2"], on: other)
            }
            let (bob, carol, dave) = (try await open("bob"), try await open("carol"), try await open("dave"))
            _ = try await hears(dave, "mention") { _ = try await alice.said("@dave") }
            #expect(try await chat.request(.PUT, "/users/me/blocks/alice", "carol").status < 300)
            // Remembered as a member when the message was sent; put out by the time it is told.
            _ = try await alice.said("@bob @carol @dave")
            _ = try await bob.next("mention")
            #expect(try await chat.request(.DELETE, "/rooms/club/members/bob", "alice").status == 204)
            _ = try await alice.said("@dave again, @bob, @carol", #","mentions":["bob","carol","dave"]"#)
            _ = try await dave.next("mention") { $0["message"]?["content"]?.text?.contains("again") == true }
            for socket in [bob, carol] { #expect(try await socket.drained().allSatisfy { $0.type != "mention" }) }
        }
    }

    @Test("What is read at one process is told at another that looks at the room, and to the user's own sockets there")
    func reads() async throws {
        try await with { chat, other in
            let alice = try await chat.joinV2("lobby", "alice", on: other)
            let (here, there) = (
                try await chat.joinV2("lobby", "bob"), try await chat.joinV2("lobby", "bob", on: other)
            )
            for number in 1...40 { try await here.say("\(number)", clientID: "\(number)") }
            _ = try await there.next("message") { $0["seq"]?.int == 40 }
            let carol = try await chat.joinV2("lobby", "carol")
            _ = try await carol.next("presence")
            try await carol.send(#"{"type":"message","content":"last","client_id":"last"}"#)
            _ = try await here.next("message") { $0["content"]?.text == "last" }
            var seq = 40
            let read = try await hears(alice, "read") {
                // A message each, so that there is always something to read.
                try await carol.say("more", clientID: "more-\(seq)")
                seq = try await here.next("message") { $0["content"]?.text == "more" }["seq"]?.int ?? 0
                let refusal = try await here.refusal(#""type":"read","seq":\#(seq)"#)
                #expect(refusal == nil)
            }
            #expect(read["user_id"]?.text == "bob")
            #expect(read["room_id"]?.text == "lobby")
            _ = try await there.next("read") { $0["user_id"]?.text == "bob" }
        }
    }

    @Test("How a user wants to be seen holds at all processes, for his own sockets and those who see him")
    func status() async throws {
        try await with { chat, other in
            let alice = try await chat.joinV2("lobby", "alice", on: other)
            let bob = try await chat.joinV2("lobby", "bob", on: other)
            _ = try await alice.next("presence_diff") { $0["joined"]?.array?.first?.text == "bob" }
            var number = 0
            let own = try await hears(bob, "status") {
                number += 1
                let body = #"{"status":"busy","text":"round \#(number)"}"#
                let answer = try await chat.put("/users/me/status", "bob", body)
                #expect(answer.status == 200)
            }
            #expect(own["status"]?.text == "busy")
            #expect(try await alice.next("status")["user_id"]?.text == "bob")
            // To hide is to leave.
            #expect(try await chat.put("/users/me/status", "bob", #"{"status":"invisible"}"#).status == 200)
            _ = try await alice.next("presence_diff") { $0["left"]?.array?.first?.text == "bob" }
        }
    }

    @Test("A flood of signals delays others, but stops none")
    func flood() async throws {
        try await with { chat, other in
            try await visit("lobby", "bob", chat)
            let alice = try await chat.joinV2("lobby", "alice")
            let rooms = try await chat.open("/chat", "bob", subprotocols: ["chat.v2"], on: other)
            _ = try await hears(rooms, "mention") { _ = try await alice.said("hello @bob") }
            // More than one look takes at a time, within less than the looks overlap.
            try await chat.withDatabase { connection in
                let ids = ObjectIDGenerator()
                for _ in 0..<5 {
                    let signals = (0..<500).map { _ in
                        let id = ids.next()
                        return SignalRecord(id: id, origin: "another", kind: "alive", data: [:], at: id.milliseconds)
                    }
                    try SignalRepository(connection).send(signals)
                }
            }
            _ = try await alice.said("still there, @bob?")
            let mention = try await rooms.next("mention") { $0["message"]?["content"]?.text == "still there, @bob?" }
            #expect(mention["room_id"]?.text == "lobby")
        }
    }
}
