import BSON
import Chat
import ChatLog
import Testing

/// What a lane does when its database is not what it was.
@Suite struct WriterLaneTroubleTests {
    private func fixtureWithThreeMessages(_ change: (inout WriterLane.Limits) -> Void = { _ in }) throws -> LaneFixture
    {
        let fixture = LaneFixture(change)
        for clientID in ["1", "2", "3"] {
            _ = try fixture.submit(clientID)
            fixture.run()
        }
        return fixture
    }

    @Test("A database that was set back by a restart: told, a new epoch, and nothing is written beyond its new end")
    func restored() throws {
        let fixture = try fixtureWithThreeMessages()
        let kept = try #require(fixture.storage.messages.all(in: Fixture.room).first)
        fixture.storage.messages = SharedMessages()
        fixture.storage.store([kept])
        fixture.storage.run = StorageRun("second")
        let answer = try fixture.submit("4")
        fixture.run()
        #expect(fixture.feed.rollbacks == [[3, 1]])
        #expect(fixture.storage.raisedEpochs == [Fixture.room])
        #expect(answer.acknowledgement?.seq == 2)
        #expect(fixture.storage.messages.all(in: Fixture.room).map(\.seq) == [1, 2])
    }

    @Test("Another run of the primary forgets the ends of all rooms before the next write, and sends nothing")
    func anotherRun() throws {
        let fixture = try fixtureWithThreeMessages()
        let other = RoomID(stored: "other")
        _ = try fixture.submit("1", room: other)
        fixture.run()
        let (batches, hints) = (fixture.storage.batches.count, fixture.storage.hints.count)
        fixture.storage.run = StorageRun("second")
        let answers = [try fixture.submit("4"), try fixture.submit("2", room: other)]
        fixture.run()
        #expect(fixture.storage.batches.count == batches + 1)
        #expect(fixture.storage.hints.count == hints + 2)
        #expect(fixture.storage.inspections == 2)
        #expect(answers.map { $0.acknowledgement?.seq } == [4, 2])
        #expect(fixture.feed.rollbacks.isEmpty)
    }

    @Test("A room that is not in the database is not written; its messages are refused at their deadline; others go on")
    func missingRoom() throws {
        let fixture = LaneFixture { $0.patience = .seconds(10) }
        let gone = RoomID(stored: "gone")
        fixture.storage.missingRooms = [gone]
        let lost = try fixture.submit("1", room: gone)
        let fine = try fixture.submit("1")
        fixture.run()
        #expect(fine.acknowledgement?.seq == 1)
        #expect(!lost.isAnswered)
        // Each time the lane looks for it again, and again finds nothing.
        for _ in 1...22 {
            fixture.clock.advance(by: .milliseconds(500))
            fixture.lane.expire(now: fixture.clock.now)
            fixture.run()
        }
        #expect(lost.error?.code == .unavailable)
        #expect(fixture.storage.messages.all(in: gone).isEmpty)
        #expect(fixture.storage.hints.count > 10)
        fixture.clock.advance(by: .seconds(60))
        fixture.lane.expire(now: fixture.clock.now)
        #expect(fixture.thread.count == 0)
    }

    @Test("A room that comes back in time is written")
    func foundRoom() throws {
        let fixture = LaneFixture()
        fixture.storage.missingRooms = [Fixture.room]
        let answers = [try fixture.submit("1"), try fixture.submit("2")]
        fixture.run()
        fixture.storage.missingRooms = []
        fixture.clock.advance(by: .seconds(1))
        fixture.lane.expire(now: fixture.clock.now)
        fixture.run()
        #expect(answers.map { $0.acknowledgement?.seq } == [1, 2])
    }

    @Test("A lane that stops does not wait for a room that is not in the database")
    func stopsWithMissingRoom() async throws {
        let fixture = LaneFixture()
        fixture.storage.missingRooms = [Fixture.room]
        let answer = try fixture.submit("1")
        fixture.run()
        let lane = fixture.lane
        async let stopped: Void = lane.stop()
        while fixture.thread.count == 0 { await Task.yield() }
        fixture.run()
        await stopped
        #expect(answer.error?.code == .unavailable)
    }

    @Test("A suspended lane refuses what waits and what comes, and writes nothing; it goes on where the log ends then")
    func suspended() throws {
        let fixture = try fixtureWithThreeMessages()
        let waiting = try fixture.submit("4")
        fixture.lane.suspend("the clock is wrong")
        #expect(waiting.error?.message == "the clock is wrong")
        let refused = try fixture.submit("5")
        #expect(refused.error?.code == .unavailable)
        fixture.run()
        #expect(fixture.storage.messages.all(in: Fixture.room).count == 3)
        fixture.storage.store([try Fixture.message(4, "other", user: "ben")])
        fixture.lane.resume()
        let answer = try fixture.submit("4")
        fixture.run()
        #expect(answer.acknowledgement?.seq == 5)
        #expect(fixture.storage.batches.count == 4)
    }

    @Test("What waits in the rooms' logs is refused when the lane is suspended, in their order")
    func suspendedDuringOutage() throws {
        let fixture = LaneFixture()
        fixture.storage.isAway = true
        let answers = try ["a", "b"].map { try fixture.submit($0) }
        fixture.storage.whilePausing = { fixture.lane.suspend("no schema") }
        fixture.run()
        #expect(answers.map { $0.error?.message } == ["no schema", "no schema"])
        #expect(fixture.storage.pauses.count == 1)
    }

    @Test("A wall clock that steps back an hour changes nothing in the order of ids, and only stops the timestamps")
    func clockStepsBack() throws {
        let fixture = LaneFixture()
        for number in 1...100 {
            if number == 50 { fixture.wallClock.set(fixture.wallClock.now - 3_600_000) }
            _ = try fixture.submit("\(number)")
            fixture.run()
        }
        let stored = fixture.storage.messages.all(in: Fixture.room)
        #expect(stored.map(\.seq) == Array(1...100))
        #expect(zip(stored, stored.dropFirst()).allSatisfy { $0.id < $1.id && $0.timestamp <= $1.timestamp })
        #expect(stored.last?.timestamp == stored.first?.timestamp)
    }
}
