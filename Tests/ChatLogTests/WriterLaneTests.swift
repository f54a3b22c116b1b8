import BSON
import Chat
import ChatLog
import Testing

@Suite struct WriterLaneTests {
    @Test("A message is written on the lane's thread, acknowledged as it is stored, and shown")
    func writes() throws {
        let fixture = LaneFixture()
        let answer = try fixture.submit("a")
        #expect(!answer.isAnswered && fixture.storage.batches.isEmpty)
        fixture.run()
        let stored = fixture.storage.messages.all(in: Fixture.room)
        #expect(stored.map(\.clientID) == ["a"])
        #expect(answer.acknowledgement == Acknowledgement(stored[0], isDuplicate: false))
        #expect(fixture.feed.shown == stored)
    }

    @Test("What came before the thread ran leaves in one write")
    func batches() throws {
        let fixture = LaneFixture()
        let answers = try (1...50).map { try fixture.submit("\($0)") }
        #expect(fixture.thread.count == 1)
        fixture.run()
        #expect(fixture.storage.batches.map(\.count) == [50])
        #expect(answers.map { $0.acknowledgement?.seq } == (1...50).map(Optional.some))
    }

    @Test("What comes while a write is under way leaves in the next one, without another job")
    func ridesAlong() throws {
        let fixture = LaneFixture()
        _ = try fixture.submit("first")
        var late: [Answer] = []
        fixture.storage.whileWriting = {
            guard late.isEmpty else { return }
            late = (1...3).compactMap { try? fixture.submit("late-\($0)") }
            #expect(fixture.thread.count == 0)
        }
        fixture.run()
        #expect(fixture.storage.batches.map(\.count) == [1, 3])
        #expect(late.map { $0.acknowledgement?.seq } == [2, 3, 4])
    }

    @Test("Writes are bounded in messages and bytes")
    func limits() throws {
        let fixture = LaneFixture {
            $0.batchCount = 4
            $0.batchBytes = 2_000
        }
        _ = try (1...10).map { try fixture.submit("s\($0)", room: RoomID(stored: "small")) }
        fixture.run()
        #expect(fixture.storage.batches.map(\.count) == [4, 4, 2])
        _ = try (1...4).map { try fixture.submit("l\($0)", String(repeating: "x", count: 700)) }
        fixture.run()
        #expect(fixture.storage.batches.dropFirst(3).map(\.count) == [2, 2])
    }

    @Test("The end of a room's log is looked for from the hint, once")
    func hint() throws {
        let fixture = LaneFixture()
        _ = try fixture.submit("a", hint: 77)
        fixture.run()
        _ = try fixture.submit("b", hint: 99)
        fixture.run()
        #expect(fixture.storage.hints == [77])
    }

    @Test(
        "Ids are greater than those of other processes that were found, however far ahead these are",
        arguments: [0, nil] as [Int64?])
    func idsFollow(_ position: Int64?) throws {
        let fixture = LaneFixture(position: position)
        var other = try Fixture.message(1)
        other.id = ObjectID(time: 1_900_000_000_000, counter: 5, random: 9)
        fixture.storage.store([other])
        _ = try fixture.submit("a")
        fixture.run()
        let stored = fixture.storage.messages.all(in: Fixture.room)
        #expect(stored.map(\.seq) == [1, 2])
        #expect(stored[0].id < stored[1].id)
    }

    @Test("What other processes wrote is read in pages and shown before the own message")
    func catchesUp() throws {
        let fixture = LaneFixture(position: 20)
        fixture.storage.store(try (1...1_200).map { try Fixture.message($0, "o\($0)", user: "ben") })
        _ = try fixture.submit("a")
        fixture.run()
        #expect(fixture.feed.shown.map(\.seq) == Array(21...1_201))
        #expect(fixture.storage.pages == [21...520, 521...1_020, 1_021...1_200])
    }

    @Test("What could not be read of others is read and shown before the next message that is stored")
    func gapIsFilled() throws {
        let fixture = LaneFixture()
        fixture.storage.store(try (1...3).map { try Fixture.message($0, "o\($0)", user: "ben") })
        fixture.storage.failsPages = true
        let answer = try fixture.submit("a")
        fixture.run()
        #expect(answer.acknowledgement?.seq == 4)
        #expect(fixture.feed.shown.isEmpty)
        fixture.storage.failsPages = false
        _ = try fixture.submit("b")
        fixture.run()
        #expect(fixture.feed.shown.map(\.seq) == Array(1...5))
    }

    @Test("Another process that writes meanwhile gets its numbers, and its messages are shown first")
    func contention() throws {
        let fixture = LaneFixture()
        let answers = try ["a", "b"].map { try fixture.submit($0) }
        var others: [Message] = [try Fixture.message(1, "x", user: "ben"), try Fixture.message(2, "y", user: "ben")]
        fixture.storage.whileWriting = {
            fixture.storage.store(others)
            others = []
        }
        fixture.run()
        #expect(fixture.feed.shown.map(\.clientID) == ["x", "y", "a", "b"])
        #expect(answers.map { $0.acknowledgement?.seq } == [3, 4])
    }

    @Test("One bad message of a batch spoils nothing for the rooms and messages around it")
    func invalid() throws {
        let fixture = LaneFixture()
        let rooms = ["a", "b", "c"].map(RoomID.init(stored:))
        let good = try rooms.map { try fixture.submit("good", room: $0) }
        let bad = try fixture.submit("bad", SharedMessages.invalidContent, room: rooms[1])
        let behind = try rooms.map { try fixture.submit("behind", room: $0) }
        fixture.run()
        #expect(bad.error?.code == .badRequest)
        #expect(good.map { $0.acknowledgement?.seq } == [1, 1, 1])
        #expect(behind.map { $0.acknowledgement?.seq } == [2, 2, 2])
    }

    @Test("Where logs end is told once after it moved")
    func movedTails() throws {
        let fixture = LaneFixture()
        let rooms = ["a", "b"].map(RoomID.init(stored:))
        for clientID in ["1", "2"] { _ = try fixture.submit(clientID, room: rooms[0]) }
        _ = try fixture.submit("1", room: rooms[1])
        fixture.run()
        let tails = fixture.lane.takeMovedTails()
        #expect(tails.mapValues(\.seq) == [rooms[0]: 2, rooms[1]: 1])
        #expect(tails[rooms[0]]?.id == fixture.storage.messages.tail(of: rooms[0]).id)
        #expect(fixture.lane.takeMovedTails().isEmpty)
    }
}
