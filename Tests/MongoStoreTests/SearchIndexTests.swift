import BSON
import Testing
import TextIndex

@testable import MongoStore

@Suite struct SearchIndexTests {
    private static let words = [
        "the", "quick", "Fuchs", "straße", "STRASSE", "猫が", "好き", "世界", "deploy", "server", "ÉTÉ", "👋", "https://x.org",
        "zebra", "a", "of", "привет", "한국",
    ]
    private static let queries = [
        "the", "strasse", "猫", "が好", "世界", "fuchs deploy", "ПРИВЕТ", "été", "👋", "한국 a", "zebra", "no such thing", "of",
        "r s", "needle-7",
    ]

    private static func content(_ seq: Int64) -> String {
        var random = SampleRandom(state: UInt64(seq) &* 77)
        let text = (0..<6).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }
        return text.joined(separator: " ") + (seq % 3000 == 7 ? " needle-\(seq % 9)" : "")
    }

    private static func insert(_ connection: MongoConnection, _ seqs: ClosedRange<Int64>) throws {
        for start in stride(from: seqs.lowerBound, through: seqs.upperBound, by: 1000) {
            let part = start...min(start + 999, seqs.upperBound)
            _ = try connection.messages.insert(SampleMessages.make("r", part, content: content))
        }
    }

    /// As the service changes a message: the change and the message, together.
    private static func edit(_ connection: MongoConnection, _ seq: Int64, _ content: String, rev: Int64) throws {
        try connection.withTransaction { connection in
            let change: BSONDocument = [
                "_id": .objectID(ObjectID(time: 1, counter: 0, random: UInt64(rev))), "room_id": "r",
                "rev": .int64(rev),
                "message_id": .objectID(SampleMessages.id(seq)), "change": "edited", "user_id": "u",
                "at": .datetime(milliseconds: 1),
            ]
            _ = try connection.insert("changes", [change])
            let update = UpdateOperation(
                filter: ["_id": .objectID(SampleMessages.id(seq))], update: ["$set": ["content": .string(content)]])
            _ = try connection.update("messages", [update]).checked()
        }
    }

    private static func index(_ connection: MongoConnection) throws -> SearchIndexState? {
        let indexer = SearchIndexer(connection, owner: SampleMessages.id(1))
        for _ in 0..<200 {
            switch try indexer.step("r", now: 1_000) {
            case .more: continue
            case .done(let state): return state
            case .claimed: Issue.record("nobody else indexes")
            }
        }
        Issue.record("the index is never done")
        return nil
    }

    /// As retention does it: the messages below are no longer the room's, and go later.
    private static func retain(_ connection: MongoConnection, from seq: Int64) throws {
        let update = UpdateOperation(filter: ["_id": "r"], update: ["$set": ["first_seq": .int64(seq)]])
        _ = try connection.update("rooms", [update]).checked()
    }

    /// Every query finds with the index what looking at each message finds.
    private static func compare(_ connection: MongoConnection, last: Int64, _ comment: Comment) throws {
        let room = try #require(try connection.rooms.find("r"))
        var all: [MessageRecord] = []
        for start in stride(from: room.firstSeq, through: last, by: 1000) {
            all += try connection.messages.range("r", start...min(start + 999, last))
        }
        var folder = TextFolder()
        // Looking at each message takes its time.
        let queries = all.count > 5000 ? ["straße", "が好", "needle-7", "no such thing", "of"] : queries
        for query in queries {
            let criteria = SearchCriteria(pattern: TextPattern(query))
            var expected: [Int64] = []
            for record in all.reversed() where criteria.ranges(in: record, &folder) != nil {
                expected.append(record.seq)
            }
            expected = Array(expected.prefix(60))
            let search = MessageSearch(criteria, limit: 60, timeBudget: .seconds(60))
            let result = try search.run(in: room, connection)
            #expect(result.hits.map(\.record.seq) == expected, "\(query), \(comment)")
        }
    }

    @Test func `the index names every hit, in blocks and packed, edited before and after`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                _ = try connection.rooms.createIfMissing(SampleMessages.room("r"))
                try Self.insert(connection, 1...500)
                #expect(try Self.index(connection) == nil)
                try Self.insert(connection, 501...2500)
                try Self.edit(connection, 100, "edited before it is indexed: zebra needle-7", rev: 1)
                #expect(try Self.index(connection)?.seq == 2048)
                try Self.compare(connection, last: 2500, "blocks")
                try Self.edit(connection, 300, "not yet known: 猫が好き needle-7", rev: 2)
                try Self.edit(connection, 2400, "in the part that is scanned: 世界 needle-7", rev: 3)
                try Self.compare(connection, last: 2500, "changes that wait")
                #expect(try Self.index(connection)?.patched == [0])
                try Self.compare(connection, last: 2500, "patch")
                try Self.edit(connection, 300, "again: fuchs deploy", rev: 4)
                try Self.insert(connection, 2501...17_000)
                let packed = try Self.index(connection)
                #expect(packed?.packed == 16_384)
                #expect(packed?.seq == 16_896)
                #expect(packed?.rev == 4)
                try Self.compare(connection, last: 17_000, "packed")
            }
        }
    }

    @Test func `a backlog is indexed by segments, and a damaged or missing table hides nothing`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                _ = try connection.rooms.createIfMissing(SampleMessages.room("r"))
                try Self.insert(connection, 1...16_900)
                #expect(try Self.index(connection)?.packed == 16_384)
                #expect(try connection.findOne("search_segments", ["_id": "r/b/0"]) == nil)
                try Self.compare(connection, last: 16_900, "segment")
                for id in (0..<256).map({ "r/s/0/\($0)" }) where id.hasSuffix("3") {
                    try connection.delete("search_segments", ["_id": .string(id)])
                }
                let damage = (0..<256).map { "r/s/0/\($0)" }.filter { $0.hasSuffix("4") }.map { id in
                    UpdateOperation(
                        filter: ["_id": .string(id)],
                        update: ["$set": ["data": .binary(BSONBinary([9, 9, 9]))]])
                }
                _ = try connection.update("search_segments", damage).checked()
                try Self.compare(connection, last: 16_900, "damaged")
                try Self.retain(connection, from: 16_400)
                let state = try #require(try Self.index(connection))
                #expect(state.start == 16_384)
                #expect(try connection.findOne("search_segments", ["_id": "r/s/0/0"]) == nil)
                try Self.compare(connection, last: 16_900, "after retention")
                let indexer = SearchIndexer(connection, owner: SampleMessages.id(1))
                while try indexer.remove("r") {}
                #expect(try connection.find("search_segments", [:]).isEmpty)
                #expect(try connection.find("search_rooms", [:]).isEmpty)
                try Self.compare(connection, last: 16_900, "without index")
            }
        }
    }

    @Test func `changes that were pruned, and another epoch, make the index anew`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                _ = try connection.rooms.createIfMissing(SampleMessages.room("r"))
                try Self.insert(connection, 1...1100)
                let first = try #require(try Self.index(connection))
                for (seq, rev) in [(5, 1), (6, 2), (7, 3)] as [(Int64, Int64)] {
                    try Self.edit(connection, seq, "zebra needle-7", rev: rev)
                }
                try connection.delete("changes", ["room_id": "r", "rev": 1])
                try Self.compare(connection, last: 1100, "pruned")
                try connection.rooms.updateLastHint("r", seq: 1100, id: nil, rev: 3)
                let second = try #require(try Self.index(connection))
                #expect(second.seq == 1024 && second.rev == 3 && second.version > first.version + 2)
                try Self.compare(connection, last: 1100, "made anew")
                try connection.rooms.raiseEpoch("r", at: 1_800_000_000_000)
                try Self.compare(connection, last: 1100, "other epoch")
                let third = try #require(try Self.index(connection))
                #expect(third.epoch == 1_800_000_000_001 || third.epoch == 1_800_000_000_000)
                try Self.compare(connection, last: 1100, "other epoch, indexed")
            }
        }
    }

    @Test func `of two processes one has the claim, and a step that was overtaken writes nothing`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                _ = try connection.rooms.createIfMissing(SampleMessages.room("r"))
                try Self.insert(connection, 1...2100)
                let (one, two) = (
                    SearchIndexer(connection, owner: SampleMessages.id(1)),
                    SearchIndexer(connection, owner: SampleMessages.id(2))
                )
                _ = try one.step("r", now: 1_000)
                _ = try one.step("r", now: 1_000)
                #expect(try two.step("r", now: 2_000) == .claimed)
                let stale = try #require(try one.index.state(of: "r"))
                // The claim has expired.
                guard case .more(let state) = try two.step("r", now: 60_000) else {
                    Issue.record("the second does not go on")
                    return
                }
                #expect(state.seq == stale.seq + 512)
                let before = try connection.find("search_segments", [:])
                #expect(try one.indexBlock(stale, now: 60_000) == nil)
                #expect(try connection.find("search_segments", [:]) == before)
                #expect(try one.index.state(of: "r")?.version == state.version)
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood, 2014).
struct SampleRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
