import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

extension FaultTests {
    @Suite("A process whose sockets only listen, and a database that is set back")
    struct ListeningNodeTests {
        /// What a restored backup leaves of the room: its first messages, and a note of where they end.
        private func setBack(_ chat: ChatFixture, from last: Int64, to seq: Int64) async throws {
            // Else the process may still be about to note where its log ended, over what the backup brought.
            while try await chat.withDatabase({ try $0.rooms.find("lobby")?.last.seq }) != last { await Task.yield() }
            try await chat.withDatabase { connection in
                try connection.delete("messages", ["room_id": "lobby", "seq": ["$gt": .int64(seq)]])
                let last: BSONDocument = ["seq": .int64(seq), "rev": .int64(0)]
                _ = try connection.update(
                    "rooms", [UpdateOperation(filter: ["_id": "lobby"], update: ["$set": ["last": .document(last)]])])
            }
        }

        /// Everybody is told that the room begins anew, and returns to what is there.
        private func comesBack(_ socket: TestSocket, _ cursor: String, to chat: ChatFixture, count: Int) async throws {
            #expect(try await socket.closeCode() == 4000)
            let again = try await chat.joinV2("lobby", "alice", cursor: cursor)
            #expect(try await again.next("resync")["reason"]?.text == "epoch")
            #expect(try await again.next("history")["messages"]?.array?.count == count)
            try await again.say("goes on", clientID: "next")
            // Dense, whatever this process remembered of the room.
            #expect(try await again.next("ack")["seq"]?.int == count + 1)
            await again.connection.close()
        }

        @Test("It finds that what it showed is gone, and its sockets come back to a new epoch", .timeLimit(.minutes(3)))
        func restored() async throws {
            try await ChatFixture.with { chat in
                let other = try await ChatServer.start(uri: chat.uri, database: chat.database)
                let alice = try await chat.joinV2("lobby", "alice")
                let listener = try await chat.open("/chat/lobby/events", "listener")
                let bob = try await chat.joinV2("lobby", "bob", on: other)
                for number in 1...9 { try await bob.say("message \(number)", clientID: "\(number)") }
                let last = try await alice.next("message") { $0["seq"]?.int == 9 }
                await bob.connection.close()
                await other.stop()
                try await setBack(chat, from: 9, to: 4)
                try await comesBack(alice, try #require(last["cursor"]?.text), to: chat, count: 4)
                #expect(try await listener.closeCode() == 4000)
                try await chat.server.process.lines(
                    containing: "what was shown of a room is gone", on: .error, within: .seconds(20))
            }
        }

        @Test("It wrote the room before, and does not write on from what it remembers", .timeLimit(.minutes(3)))
        func wroteBefore() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.joinV2("lobby", "alice")
                for number in 1...9 { try await alice.say("message \(number)", clientID: "\(number)") }
                let last = try await alice.next("message") { $0["seq"]?.int == 9 }
                try await setBack(chat, from: 9, to: 4)
                try await comesBack(alice, try #require(last["cursor"]?.text), to: chat, count: 4)
            }
        }

        @Test(
            "Changes that are gone are noticed, too, and the next one has the number behind what is left",
            .timeLimit(.minutes(3)))
        func changes() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.joinV2("lobby", "alice")
                let id = try await alice.said("first")
                for number in 1...3 {
                    #expect(
                        try await alice.refusal(#""type":"edit","message_id":"\#(id)","content":"v\#(number)""#) == nil)
                }
                while try await chat.withDatabase({ try $0.rooms.find("lobby")?.last.rev }) != 3 { await Task.yield() }
                try await chat.withDatabase { connection in
                    try connection.delete("changes", ["room_id": "lobby", "rev": ["$gt": 1]])
                    let set: BSONDocument = ["last.rev": .int64(1)]
                    _ = try connection.update(
                        "rooms", [UpdateOperation(filter: ["_id": "lobby"], update: ["$set": .document(set)])])
                }
                #expect(try await alice.closeCode() == 4000)
                let again = try await chat.joinV2("lobby", "alice")
                #expect(try await again.refusal(#""type":"edit","message_id":"\#(id)","content":"anew""#) == nil)
                let revs = try await chat.withDatabase { connection in
                    try connection.find("changes", ["room_id": "lobby"]).compactMap { $0.int64("rev") }.sorted()
                }
                #expect(revs == [1, 2])
            }
        }

        @Test("It finds that the database was emptied", .timeLimit(.minutes(3)))
        func emptied() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.joinV2("lobby", "alice")
                let old = try #require(try await alice.next("history")["cursor"]?.text)
                try await alice.say("hello", clientID: "1")
                _ = try await alice.next("message")
                try await chat.withDatabase { connection in
                    for collection in ["messages", "members", "rooms"] { try connection.delete(collection, [:]) }
                }
                #expect(try await alice.closeCode() == 4000)
                let again = try await chat.joinV2("lobby", "alice", cursor: old)
                // Not "resumed": the room is another.
                #expect(try await again.next("resync")["reason"]?.text == "epoch")
                #expect(try await again.next("history")["messages"]?.array?.isEmpty == true)
            }
        }

        @Test("Another process gives the room a new epoch: its sockets come back", .timeLimit(.minutes(3)))
        func otherEpoch() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.joinV2("lobby", "alice")
                _ = try await alice.next("history")
                try await chat.withDatabase { try $0.rooms.raiseEpoch("lobby", at: 5_000) }
                #expect(try await alice.closeCode() == 4000)
            }
        }
    }
}
