import Chat
import ChatLog
import Testing

@Suite struct MessageLogTests {
    @Test("A room's messages always go to the same lane, and rooms spread over the lanes")
    func spreadsRooms() throws {
        let fixtures = (0..<4).map { _ in LaneFixture() }
        let log = MessageLog(lanes: fixtures.map(\.lane))
        for clientID in ["1", "2"] {
            for room in 0..<100 {
                let draft = try Fixture.draft(clientID, room: RoomID(stored: "room-\(room)"))
                log.submit(draft, sender: 1, hint: 0) { _ in }
            }
        }
        for fixture in fixtures { fixture.run() }
        let rooms = fixtures.map { Set($0.storage.batches.flatMap { $0.map(\.roomID) }) }
        #expect(rooms.map(\.count).reduce(0, +) == 100)
        #expect(rooms.reduce(Set()) { $0.union($1) }.count == 100)
        #expect(rooms.allSatisfy { $0.count > 10 })
        #expect(log.takeMovedTails().count == 100)
    }

    @Test("Expiring and stopping reach all lanes")
    func reachesAll() async throws {
        let fixtures = (0..<3).map { _ in LaneFixture() }
        let log = MessageLog(lanes: fixtures.map(\.lane))
        let answers = try (0..<50).map { room in
            let answer = Answer()
            let draft = try Fixture.draft("1", room: RoomID(stored: "room-\(room)"))
            log.submit(draft, sender: 1, hint: 0, completion: answer.completion)
            return answer
        }
        log.expire(now: Fixture.start.advanced(by: .seconds(3_600)))
        #expect(answers.allSatisfy { $0.error?.code == .unavailable })
        async let stopped: Void = log.stop()
        for fixture in fixtures { fixture.run() }
        await stopped
    }
}
