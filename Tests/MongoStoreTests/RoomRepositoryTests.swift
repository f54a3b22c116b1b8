import BSON
import Testing

@testable import MongoStore

@Suite struct RoomRepositoryTests {
    private func room(_ creator: String = "ann") -> RoomRecord {
        RoomRecord(id: "lobby", name: "Lobby", createdBy: creator, createdAt: 1_700_000_000_123)
    }

    @Test func `a room comes back as it was made, and is made once`() async throws {
        try await TestDatabase.with { client in
            let first = room(), second = room("bob")
            try await client.rooms("test") { rooms in
                #expect(try rooms.find("lobby") == nil)
                let made = try rooms.createIfMissing(first)
                #expect(made.created)
                #expect(try rooms.find("lobby") == first)
                let again = try rooms.createIfMissing(second)
                #expect(!again.created)
                #expect(again.room == first)
            }
        }
    }

    @Test func `of many at once one makes the room, and all get it`() async throws {
        try await TestDatabase.with { client in
            for round in 0..<5 {
                let results = try await withThrowingTaskGroup(of: (RoomRecord, Bool).self) { group in
                    for user in 0..<16 {
                        group.addTask {
                            try await client.rooms("race") {
                                try $0.createIfMissing(
                                    RoomRecord(id: "r\(round)", name: "R", createdBy: "u\(user)", createdAt: 0))
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(results.count(where: \.1) == 1)
                #expect(Set(results.map(\.0)).count == 1)
            }
        }
    }

    @Test func `a new epoch is the time, or greater than the last one; a room that is not there has none`() async throws
    {
        try await TestDatabase.with { client in
            let lobby = room()
            try await client.rooms("test") { rooms in
                _ = try rooms.createIfMissing(lobby)
                try rooms.raiseEpoch("lobby", at: 1_700_000_000_000)
                #expect(try rooms.find("lobby")?.epoch == 1_700_000_000_001)
                try rooms.raiseEpoch("lobby", at: 1_600_000_000_000)
                #expect(try rooms.find("lobby")?.epoch == 1_700_000_000_002)
                #expect(throws: MongoError.self) { try rooms.raiseEpoch("nowhere", at: 1) }
            }
        }
    }

    @Test func `of several who renew an epoch one does, and the notes of many rooms are read at once`() async throws {
        try await TestDatabase.with { client in
            try await client.rooms("test") { rooms in
                for number in 0..<45 { _ = try rooms.createIfMissing(SampleMessages.room("r\(number)")) }
                try rooms.renewEpoch(of: "r7", after: 1, at: 5_000)
                try rooms.renewEpoch(of: "r7", after: 1, at: 6_000)
                try rooms.renewEpoch(of: "r8", after: 9_000, at: 5_000)
                try rooms.renewEpoch(of: "nowhere", after: 1, at: 5_000)
                try rooms.updateLastHint("r7", seq: 3, id: SampleMessages.id(3), rev: 2)
                #expect(try rooms.countAct("r7", revision: 0))
                let notes = try rooms.notes(of: (0..<50).map { "r\($0)" })
                #expect(notes.count == 45)
                let note = try #require(notes.first { $0.room == "r7" })
                #expect(note.last == RoomRecord.Last(seq: 3, id: SampleMessages.id(3), rev: 2))
                #expect(note.epoch == 5_000)
                #expect(note.revision == 1)
                #expect(note.firstSeq == 1)
                #expect(notes.first { $0.room == "r8" }?.epoch == 9_001)
            }
        }
    }

    @Test func `the hint of the last message only moves forward`() async throws {
        try await TestDatabase.with { client in
            let lobby = room()
            try await client.rooms("test") { rooms in
                _ = try rooms.createIfMissing(lobby)
                func last() throws -> RoomRecord.Last? { try rooms.find("lobby")?.last }
                let ids = (0..<3).map { SampleMessages.id(Int64($0)) }
                try rooms.updateLastHint("lobby", seq: 5, id: ids[1], rev: 2)
                #expect(try last() == RoomRecord.Last(seq: 5, id: ids[1], rev: 2))
                try rooms.updateLastHint("lobby", seq: 4, id: ids[0], rev: 1)
                #expect(try last() == RoomRecord.Last(seq: 5, id: ids[1], rev: 2))
                try rooms.updateLastHints([
                    RoomRepository.LastHint(room: "nowhere", last: RoomRecord.Last(seq: 1, id: nil, rev: 0)),
                    RoomRepository.LastHint(room: "lobby", last: RoomRecord.Last(seq: 6, id: ids[2], rev: 2)),
                ])
                #expect(try last() == RoomRecord.Last(seq: 6, id: ids[2], rev: 2))
                try rooms.updateLastHint("lobby", seq: 6, id: ids[2], rev: 9)
                #expect(try last() == RoomRecord.Last(seq: 6, id: ids[2], rev: 9))
                #expect(try rooms.find("nowhere") == nil)
                try rooms.updateLastHints([])
            }
        }
    }

    @Test func `a room without a visibility is not guessed to be public`() throws {
        let error = #expect(throws: MongoError.self) { try RoomRecord(["_id": "r", "name": "r"]) }
        #expect(error?.code == .decoding)
        let sparse = try RoomRecord(["_id": "r", "visibility": "private"])
        #expect(sparse.name == "r")
        #expect(sparse.firstSeq == 1)
        #expect(sparse.last == RoomRecord.Last(seq: 0, id: nil, rev: 0))
    }
}
