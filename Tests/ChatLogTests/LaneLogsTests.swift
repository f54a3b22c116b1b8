import BSON
import Chat
@testable import ChatLog
import Testing

@Suite struct LaneLogsTests {
    private struct Lane {
        var logs: LaneLogs
        var settled = 0
        private var lastID: Int64 = 0

        init(rememberedRooms: Int = 100) {
            logs = LaneLogs(rememberedRooms: rememberedRooms)
        }

        /// Submits to each room in turn, the first message of all rooms first.
        mutating func submit(_ rooms: [String], count: Int = 1, content: String = "x") throws {
            for number in 0..<count {
                for room in rooms {
                    let draft = try Fixture.draft("\(number)", content, room: RoomID(stored: room))
                    logs.submit(Submission(draft), hint: 0)
                }
            }
        }

        /// Does what the rooms with work need before they can write: all are empty, and nothing is found.
        mutating func prepare() {
            for room in logs.roomsWithWork {
                if case .readTail = logs.step(of: room) { _ = logs.tailRead(.empty, in: room) }
                if case .lookUp = logs.step(of: room) { _ = logs.found([], in: room) }
            }
        }

        mutating func batch(_ count: Int = 1_000, bytes: Int = 1 << 20) -> LaneLogs.Batch {
            prepare()
            return logs.assign(maximumCount: count, maximumBytes: bytes, now: Fixture.start) {
                lastID += 1
                return Fixture.id(lastID)
            }
        }
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
        _ = lane.logs.stored(batch)
        #expect(!lane.logs.hasWork)
    }

    @Test("A batch is bounded in messages")
    func countLimit() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"], count: 2)
        #expect(places(lane.batch(3)) == ["a1", "a2", "b1"])
    }

    @Test("A batch takes no further message once it has so many bytes, but one however large")
    func byteLimit() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 2, content: String(repeating: "x", count: 5_000))
        var batch = lane.batch(bytes: 100)
        #expect(places(batch) == ["a1"])
        _ = lane.logs.stored(batch)
        batch = lane.batch(bytes: 12_000)
        #expect(batch.messages.dropLast().reduce(0) { $0 + $1.content.utf8.count } < 12_000)
        #expect(places(batch).prefix(2) == ["b1", "b2"])
    }

    @Test("A room with much to write does not keep the others waiting")
    func fairness() throws {
        var lane = Lane()
        try lane.submit(["big"], count: 100)
        try lane.submit(["a", "b"])
        let first = lane.batch(10)
        #expect(Set(first.messages.map(\.roomID.rawValue)) == ["big"])
        _ = lane.logs.stored(first)
        #expect(places(lane.batch(10)).prefix(2) == ["a1", "b1"])
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
            _ = lane.logs.stored(batch)
        }
        #expect(Set(served) == Set(rooms.map(RoomID.init(stored:))))
    }

    @Test("A refusal settles the rooms before it, contests one, and leaves those behind it untried")
    func refusalInTheMiddle() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"], count: 2)
        let batch = lane.batch()
        let actions = lane.logs.refused(batch, after: 3, .duplicate)
        let delivered = actions.compactMap { room, action -> String? in
            guard case .deliver(let messages) = action else { return nil }
            return "\(room) \(messages.map(\.seq))"
        }
        #expect(delivered == ["a [1, 2]", "b [1]"])
        #expect(lane.logs.step(of: RoomID(stored: "a")) == .idle)
        #expect(lane.logs.step(of: RoomID(stored: "b")) == .readTail(hint: 1))
        #expect(lane.logs.step(of: RoomID(stored: "c")) == .write)
    }

    @Test("The contested room goes last in the next batch")
    func contestedGoesLast() throws {
        var lane = Lane()
        try lane.submit(["a", "b", "c"])
        let batch = lane.batch()
        _ = lane.logs.refused(batch, after: 0, .duplicate)
        #expect(lane.logs.roomsWithWork.map(\.rawValue) == ["b", "c", "a"])
        #expect(places(lane.batch()) == ["b1", "c1", "a1"])
    }

    @Test("An invalid message is refused and all others are written in the next batch")
    func invalidInTheMiddle() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 2)
        let batch = lane.batch()
        _ = lane.logs.refused(batch, after: 1, .invalid("odd"))
        let next = lane.batch()
        #expect(places(next) == ["b1", "b2"])
        _ = lane.logs.stored(next)
        #expect(!lane.logs.hasWork)
    }

    @Test("After an unknown outcome no room is written before its end is read again, also one that was not written")
    func unknownOutcome() throws {
        var lane = Lane()
        try lane.submit(["idle"])
        _ = lane.logs.stored(lane.batch())
        try lane.submit(["a", "b"])
        lane.logs.outcomeUnknown(lane.batch(1))
        try lane.submit(["idle"])
        for room in ["a", "b", "idle"] {
            guard case .readTail = lane.logs.step(of: RoomID(stored: room)) else {
                Issue.record("\(room) would be written")
                continue
            }
        }
    }

    @Test("Rooms without work are forgotten when there are too many; their ends are read again")
    func forgetsIdleRooms() throws {
        var lane = Lane(rememberedRooms: 2)
        try lane.submit(["a", "b"])
        _ = lane.logs.stored(lane.batch())
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
        let actions = lane.logs.dropExpired(now: Fixture.start.advanced(by: .seconds(10)))
        #expect(actions.count == 6)
        #expect(!lane.logs.hasWork)
    }

    @Test("Stopping refuses the messages of all rooms")
    func refusesAll() throws {
        var lane = Lane()
        try lane.submit(["a", "b"], count: 3)
        #expect(lane.logs.refuseAll(.unavailable("stopping")).count == 6)
        #expect(!lane.logs.hasWork)
    }
}
