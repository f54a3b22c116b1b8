import BSON
import Testing

@testable import MongoStore

@Suite struct MessageRepositoryTests {
    @Test func `a message comes back as it was written`() async throws {
        try await TestDatabase.with { client in
            var message = SampleMessages.make("r", 1...1) { _ in "grüße 👋\u{0}\n" }[0]
            message.digest = 0x0102_0304_0506_0708_090A_0B0C_0D0E_0FFF
            message.extra = ["mentions": ["u1", "u2"], "edited_at": .datetime(milliseconds: 5)]
            let stored = message
            try await client.messages("test") { messages in
                #expect(try messages.insert([stored]) == InsertOutcome(insertedCount: 1))
                #expect(try messages.range("r", 1...1) == [stored])
                #expect(try messages.find(stored.id) == stored)
                let raw = try #require(try messages.connection.findOne("messages", [:]))
                #expect(raw.milliseconds("timestamp") == stored.id.milliseconds)
                #expect(raw.binary("digest")?.bytes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255])
                #expect(raw.string("type") == "message")
            }
        }
    }

    @Test func `odd documents decode leniently, useless ones are an error`() throws {
        let odd: BSONDocument = [
            "_id": .objectID(SampleMessages.id(1)), "room_id": "r", "seq": 1, "content": 5, "digest": "x",
        ]
        let message = try MessageRecord(odd)
        #expect(message.content == "")
        #expect(message.digest == nil)
        #expect(message.timestamp == SampleMessages.id(1).milliseconds)
        for bad: BSONDocument in [[:], ["_id": 1, "room_id": "r", "seq": 1], ["room_id": "r", "seq": 1.5]] {
            let error = #expect(throws: MongoError.self) { try MessageRecord(bad) }
            #expect(error?.code == .decoding)
        }
        let broken = #expect(throws: MongoError.self) { try MessageRecord(BSONDocument(trusted: [9, 0, 0, 0, 2, 1])) }
        #expect(broken?.code == .decoding)
    }

    @Test func `an ordered batch over several rooms stops at a taken number, and names the index`() async throws {
        try await TestDatabase.with { client in
            let outcome = try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("a", 1...2))
                let clash = SampleMessages.make("a", 2...2).map { message in
                    var message = message
                    message.id = SampleMessages.id(2, room: 9)
                    message.clientID = "other"
                    return message
                }
                var fresh = SampleMessages.make("b", 1...2)
                for index in fresh.indices { fresh[index].id = SampleMessages.id(Int64(index), room: 8) }
                return try messages.insert([fresh[0]] + clash + [fresh[1]])
            }
            #expect(outcome.insertedCount == 1)
            #expect(outcome.writeErrors.map(\.index) == [1])
            #expect(outcome.writeErrors.first?.keyPattern == ["room_id", "seq"])
            #expect(outcome.writeErrors.first?.indexName == "room_id_1_seq_1")
        }
    }

    @Test func `messages are found by the ids that their clients gave`() async throws {
        try await TestDatabase.with { client in
            let found = try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("r", 1...300))
                let ids = (1...150).map { ("u\($0 * 2 % 5)", "c\($0 * 2)") } + [("u0", "c1"), ("nobody", "c2")]
                return try messages.find("r", ids: ids)
            }
            #expect(found.map(\.seq).sorted() == (1...150).map { Int64($0 * 2) })
            let none = try await client.messages("test") { try $0.find("other", ids: [("u1", "c1")]) }
            #expect(none.isEmpty)
        }
    }

    @Test func `a range is in order and leaves out what is not there`() async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("r", 3...1200).reversed())
                #expect(try messages.range("r", 1...5).map(\.seq) == [3, 4, 5])
                #expect(try messages.range("r", 1190...(.max)).map(\.seq) == Array(1190...1200))
                #expect(try messages.range("r", 1...1200).count == 1198)
                #expect(try messages.range("s", 1...1200).isEmpty)
            }
        }
    }

    @Test func `the tail is found from any hint`() async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                #expect(try messages.tail("r", hint: 0) == RoomTail(seq: 0, id: nil))
                #expect(try messages.tail("r", hint: 500) == RoomTail(seq: 0, id: nil))
                _ = try messages.insert(SampleMessages.make("r", 1...777))
                let end = RoomTail(seq: 777, id: SampleMessages.id(777))
                for hint in [-5, 0, 1, 2, 500, 776, 777, 778, 779, 1000, 100_000, .max, .min] as [Int64] {
                    #expect(try messages.tail("r", hint: hint) == end, "hint \(hint)")
                }
                _ = try messages.insert(
                    SampleMessages.make("s", 1...1).map {
                        var message = $0
                        message.id = SampleMessages.id(1, room: 9)
                        return message
                    })
                #expect(try messages.tail("s", hint: 0).seq == 1)
                #expect(try messages.tail("s", hint: 9).seq == 1)
            }
        }
    }

    @Test func `the tail is found after retention, even with an old first number`() async throws {
        try await TestDatabase.with { client in
            try await client.messages("test") { messages in
                _ = try messages.insert(SampleMessages.make("r", 600...777))
                let end = RoomTail(seq: 777, id: SampleMessages.id(777))
                for hint in [0, 1, 599, 600, 700, 777, 800, 100_000] as [Int64] {
                    #expect(try messages.tail("r", hint: hint, firstSeq: 600) == end, "hint \(hint)")
                    #expect(try messages.tail("r", hint: hint, firstSeq: 300) == end, "hint \(hint), old first")
                }
            }
        }
    }

    @Test func `probes lie strictly between and are spread evenly`() {
        for (low, high) in [(0, 1), (0, 2), (0, 17), (0, 18), (5, 1000), (-1, 1 << 61)] as [(Int64, Int64)] {
            let seqs = DenseNumbers.spread(from: low, to: high)
            #expect(seqs.count == Int(min(16, high - low - 1)))
            #expect(seqs == Array(Set(seqs)).sorted())
            #expect(seqs.allSatisfy { $0 > low && $0 < high })
        }
    }
}
