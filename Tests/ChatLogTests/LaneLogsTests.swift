import BSON
import Chat
@testable import ChatLog
import Testing

@Suite struct LaneLogsTests {
    private struct Lane {
        var logs: LaneLogs
        var actions: [LaneAction] = []
        private var lastID: Int64 = 0

        init(rememberedRooms: Int = 100) {
            logs = LaneLogs(rememberedRooms: rememberedRooms)
        }

        /// Submits to each room in turn, the first message of all rooms first.
        mutating func submit(_ rooms: [String], count: Int = 1, content: String = "x") throws {
            for number in 0..<count {
                for room in rooms {
                    let draft = try Fixture.draft("\(number)", content, room: RoomID(stored: room))
                    logs.submit(Submission(draft))
                }
            }
        }

        /// Does what the rooms with work need before they can write: all are empty, and nothing is found.
        mutating func prepare(_ count: Int = 1_000) {
            logs.choose(maximumCount: count, maximumUnready: 1_000)
            while let (room, step) = logs.nextNeed() {
                if case .readTail = step { logs.tailRead(.empty, shown: nil, in: room, &actions) }
                if case .lookUp = step { logs.found([], in: room, &actions) }
            }
        }

        mutating func batch(_ count: Int = 1_000, bytes: Int = 1 << 20) -> LaneLogs.Batch {
            prepare(count)
            return logs.assign(
                maximumCount: count, maximumBytes: bytes, now: Fixture.start,
                nextID: {
                    lastID += 1
                    return Fixture.id(lastID)
                }, &actions)
        }

        mutating func stored(_ batch: LaneLogs.Batch) { logs.stored(batch, &actions) }

        mutating func refused(_ batch: LaneLogs.Batch, after count: Int, _ refusal: AppendOutcome.Refusal) {
            logs.refused(batch, after: count, refusal, &actions)
        }

        func step(of room: String) -> RoomLog.Step { logs.step(of: RoomID(stored: room)) }
    }

    private func places(_ batch: LaneLogs.Batch) -> [String] {
        batch.messages.map { "\($0.roomID)\($0.seq)" }
    }

    @Test("One batch takes from many rooms, each room's messages together and in order")
    func manyRooms() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"], count: 2)
        let batch = lane.batch()
        #expect(places(batch) == ["a1", "a2", "b1", "b2", "c1", "c2"])
        #expect(batch.shares.map(\.count) == [2, 2, 2])
        lane.stored(batch)
        #expect(!lane.logs.hasWork)
    }

    @Test("A batch is bounded in messages")
    func countLimit() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"], count: 2)
        #expect(places(lane.batch(4)) == ["a1", "b1", "c1", "c2"])
    }

    @Test("A batch takes no further message once it has so many bytes, but one however large")
    func byteLimit() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 2, content: String(repeating: "x", count: 5_000))
        var batch = lane.batch(bytes: 100)
        #expect(places(batch) == ["a1"])
        lane.stored(batch)
        batch = lane.batch(bytes: 12_000)
        #expect(places(batch) == ["b1", "a2"])
    }

    @Test("A room with much to write leaves the others their shares of a batch, and takes what they leave of them")
    func fairness() throws {
        var lane = Lane()
        try lane.submit(["big"], count: 5_000)
        let others = (1...99).map { "r\($0)" }
        try lane.submit(others)
        let batch = lane.batch(1_000)
        #expect(batch.shares.map(\.room.rawValue) == others + ["big"])
        #expect(batch.messages.count == 1_000)
        lane.stored(batch)
        #expect(places(lane.batch(10)).first == "big902")
    }

    @Test("A room with large messages leaves the others their bytes")
    func fairnessInBytes() throws {
        var lane = Lane()
        try lane.submit(["big"], count: 500, content: String(repeating: "x", count: 8_000))
        let others = (1...99).map { "r\($0)" }
        try lane.submit(others)
        let batch = lane.batch()
        #expect(batch.shares.map(\.count) == others.map { _ in 1 } + [123])
    }

    @Test("Rooms that need a look into the database first do not all keep those waiting that are ready")
    func fewUnready() throws {
        var lane = Lane()
        try lane.submit((0..<100).map { "r\($0)" })
        lane.logs.choose(maximumCount: 1_000, maximumUnready: 8)
        #expect(lane.logs.chosen.count == 8)
    }

    @Test("A room that is not in the database waits outside the line, and is looked for again")
    func parked() throws {
        var lane = Lane()
        try lane.submit(["gone", "a"])
        lane.logs.choose(maximumCount: 10, maximumUnready: 10)
        let gone = RoomID(stored: "gone")
        #expect(lane.logs.nextNeed()?.room == gone)
        #expect(lane.logs.park(gone) == 1)
        #expect(places(lane.batch()) == ["a1"])
        try lane.submit(["gone"])
        #expect(!lane.logs.hasWork)
        lane.logs.unpark(now: Fixture.start, &lane.actions)
        #expect(lane.logs.hasWork)
        lane.logs.choose(maximumCount: 10, maximumUnready: 10)
        #expect(lane.logs.park(gone) == 2)
        lane.logs.unpark(now: Fixture.start.advanced(by: .seconds(60)), &lane.actions)
        #expect(!lane.logs.hasWork && lane.actions.count { if case .settle = $0 { true } else { false } } == 2)
    }

    @Test("With batches that are always full every room is written once in as many batches as there are rooms")
    func roundRobin() throws {
        var lane = Lane()
        let rooms = (0..<10).map { "r\($0)" }
        try lane.submit(rooms, count: 50)
        var served: [RoomID] = []
        for _ in rooms {
            let batch = lane.batch(20)
            served += batch.shares.map(\.room)
            lane.stored(batch)
        }
        #expect(Set(served) == Set(rooms.map(RoomID.init(stored:))))
    }

    @Test("A refusal settles the rooms before it, contests one, and leaves those behind it untried")
    func refusalInTheMiddle() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"], count: 2)
        let batch = lane.batch()
        lane.refused(batch, after: 3, .duplicate)
        let delivered = lane.actions.compactMap { action -> String? in
            guard case .deliver(let room, let messages) = action else { return nil }
            return "\(room) \(messages.map(\.seq))"
        }
        #expect(delivered == ["a [1, 2]", "b [1]"])
        #expect(lane.step(of: "a") == .idle)
        #expect(lane.step(of: "b") == .readTail(hint: 1))
        #expect(lane.step(of: "c") == .write)
    }

    @Test("The contested room goes last in the next batch")
    func contestedGoesLast() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"])
        let batch = lane.batch()
        lane.refused(batch, after: 0, .duplicate)
        lane.prepare()
        #expect(lane.logs.chosen.map(\.rawValue) == ["b", "c", "a"])
        #expect(places(lane.batch()) == ["b1", "c1", "a1"])
    }

    @Test("An invalid message is refused and all others are written in the next batch")
    func invalidInTheMiddle() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 2)
        let batch = lane.batch()
        lane.refused(batch, after: 1, .invalid("odd"))
        let next = lane.batch()
        #expect(places(next) == ["b1", "b2"])
        lane.stored(next)
        #expect(!lane.logs.hasWork)
    }

    @Test("After an unknown outcome no room is written before its end is read again, also one that was not written")
    func unknownOutcome() throws {
        var lane = Lane()
        try lane.submit(["idle"])
        lane.stored(lane.batch())
        try lane.submit(["a", "b"])
        lane.logs.forget(lane.batch(1))
        try lane.submit(["idle"])
        for room in ["a", "b", "idle"] {
            guard case .readTail = lane.step(of: room) else {
                Issue.record("\(room) would be written")
                continue
            }
        }
    }

    @Test("Rooms without work are forgotten when there are too many; their ends are read again")
    func forgetsIdleRooms() throws {
        var lane = Lane(rememberedRooms: 2)
        try lane.submit(["a", "b"])
        lane.stored(lane.batch())
        #expect(lane.logs.tail(of: RoomID(stored: "a"))?.seq == 1)
        try lane.submit(["c"])
        #expect(lane.logs.tail(of: RoomID(stored: "a")) == nil)
        #expect(lane.logs.hasWork)
        try lane.submit(["d", "e"])
        #expect(places(lane.batch()) == ["c1", "d1", "e1"])
    }

    @Test("What waited too long is given up while nothing can be written")
    func givesUpWhileUnavailable() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 3)
        lane.logs.dropExpired(now: Fixture.start.advanced(by: .seconds(10)), &lane.actions)
        #expect(lane.actions.count == 6)
        #expect(!lane.logs.hasWork)
    }

    @Test("Stopping refuses the messages of all rooms")
    func refusesAll() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 3)
        lane.logs.refuseAll(.unavailable("stopping"), &lane.actions)
        #expect(lane.actions.count == 6)
        #expect(!lane.logs.hasWork)
    }
}
