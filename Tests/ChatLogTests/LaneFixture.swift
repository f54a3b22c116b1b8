import BSON
import Chat
import ChatLog
import Logging
import Synchronization

/// A lane on a thread that the test drives, over a storage in memory, with a clock that the test sets.
struct LaneFixture {
    let thread = ManualThread()
    let storage = TestStorage()
    let feed: TestFeed
    let clock = TestClock()
    let wallClock = TestWallClock()
    let lane: WriterLane

    init(position: Int64? = 0, _ change: (inout WriterLane.Limits) -> Void = { _ in }) {
        var limits = WriterLane.Limits()
        change(&limits)
        feed = TestFeed(position: position)
        let (clock, wallClock) = (clock, wallClock)
        lane = WriterLane(
            thread: thread, feed: feed, ids: ObjectIDGenerator(wallClock: { wallClock.now }, random: 1),
            limits: limits, logger: .silent, now: { clock.now })
    }

    func submit(
        _ clientID: String, _ content: String = "hello", room: RoomID = Fixture.room, hint: Int64 = 0
    ) throws -> Answer {
        let answer = Answer()
        lane.submit(
            try Fixture.draft(clientID, content, room: room), sender: 1, hint: hint, completion: answer.completion)
        return answer
    }

    func run() { thread.run(storage) }
}

/// A clock that stands still until the test moves it.
final class TestClock: Sendable {
    private let time = Mutex(Fixture.start)

    var now: ContinuousClock.Instant { time.withLock(\.self) }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }
}

/// Milliseconds since 1970, as the test sets them.
final class TestWallClock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000_000)

    var now: Int64 { time.withLock(\.self) }

    func set(_ milliseconds: Int64) {
        time.withLock { $0 = milliseconds }
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}
