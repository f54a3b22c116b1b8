import BSON
import Chat
import ChatLog
import Logging

/// One process of a simulation: a lane on a stepped thread, what its people look at, and a clock that goes wrong.
struct SimulatedProcess {
    let life = ProcessLife()
    let thread = SteppedThread()
    let feed: SimulatedFeed
    let lane: WriterLane
    /// Rooms whose newest messages were read, up to here, but not shown yet.
    var opening: [(room: RoomID, seq: Int64)] = []
    /// What a look for other processes' messages found, not shown yet.
    var polled: [(room: RoomID, messages: [Message])] = []

    /// - Parameters:
    ///   - number: unlike that of all processes before.
    ///   - skew: by how many milliseconds its clock is wrong.
    init(world: SimulatedWorld, number: UInt64, skew: Int64, start: ContinuousClock.Instant, limits: WriterLane.Limits)
    {
        let (life, thread) = (life, thread)
        feed = SimulatedFeed(world: world, life: life)
        let ids = ObjectIDGenerator(
            wallClock: {
                let passed = start.duration(to: world.with { $0.now })
                return 1_700_000_000_000 + skew + passed.components.seconds * 1_000
                    + passed.components.attoseconds / 1_000_000_000_000_000
            }, random: number)
        lane = WriterLane(
            thread: thread, feed: feed, ids: ids, limits: limits,
            logger: Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() }),
            // A killed process gives everything up, so that its thread comes to an end.
            now: { world.with { $0.now }.advanced(by: life.isAlive ? .zero : .seconds(1_000_000)) })
        thread.start { SimulatedStorage(world: world, thread: thread, life: life) }
    }
}
