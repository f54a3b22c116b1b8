import BSON
import Testing
import TextIndex

@testable import MongoStore

@Suite struct RoomsSearchTests {
    /// Rooms whose messages alternate in time.
    private static func fill(_ connection: MongoConnection, rooms: Int, messages: Int64) throws -> [RoomRecord] {
        try (0..<rooms).map { number in
            let room = try connection.rooms.createIfMissing(SampleMessages.room("room-\(number)")).room
            let records = SampleMessages.make(room.id, 1...messages, random: UInt64(100 + number)) {
                ($0 + Int64(number)) % 7 == 0 ? "a needle \(number)" : "hay"
            }
            _ = try connection.messages.insert(records)
            _ = try connection.members.join(room: room.id, user: "u", joinedSeq: 0, at: 0)
            return room
        }
    }

    @Test(arguments: [Duration.seconds(20), .zero])
    func `hits of all rooms come in the order of time, each once`(budget: Duration) async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                _ = try Self.fill(connection, rooms: 5, messages: 100)
                let rooms = try connection.members.rooms(of: "u", limit: 100).map(\.room)
                #expect(rooms.count == 5)
                var found: [ObjectID] = []
                var before: ObjectID?
                var pages = 0
                repeat {
                    let search = MessageSearch(
                        SearchCriteria(pattern: TextPattern("NEEDLE")), before: before, limit: 7, timeBudget: budget)
                    let result = try search.run(in: rooms, connection)
                    if let next = result.next, let before { #expect(next < before) }
                    found += result.hits.map(\.record.id)
                    before = result.next
                    pages += 1
                } while before != nil && pages < 1000
                #expect(found == found.sorted(by: >))
                #expect(Set(found).count == found.count)
                #expect(
                    found.count == (0..<5).reduce(0) { sum, room in sum + (1...100).count { ($0 + room) % 7 == 0 } })
            }
        }
    }

    @Test func `rooms that the user is no member of are not looked at, and of too many the newest are`() async throws {
        try await TestDatabase.with { client in
            try await client.run("test") { connection in
                let rooms = try Self.fill(connection, rooms: 3, messages: 10)
                try connection.rooms.updateLastHint("room-1", seq: 10, id: SampleMessages.id(10), rev: 0)
                #expect(try connection.members.rooms(of: "stranger", limit: 9).isEmpty)
                #expect(try connection.members.rooms(of: "u", limit: 1).map(\.room.id) == ["room-1"])
                _ = try connection.members.remove(room: rooms[1].id, user: "u")
                let left = try connection.members.rooms(of: "u", limit: 9).map(\.room)
                #expect(Set(left.map(\.id)) == ["room-0", "room-2"])
                let none = try MessageSearch(SearchCriteria(pattern: TextPattern("needle")), limit: 5)
                    .run(in: [], connection)
                #expect(none == MessageSearch.Result(hits: [], next: nil, indexedThrough: nil))
            }
        }
    }
}
