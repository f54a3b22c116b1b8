import BSON
import Chat
import Foundation
import Testing

/// The log explored on a model of a replica set, schedule by schedule.
@Suite struct ExplorationTests {
    /// How many schedules are explored; more of them for a longer run.
    private static let schedules =
        ProcessInfo.processInfo.environment["CHAT_TEST_SCHEDULES"].flatMap(Int.init) ?? 100_000
    /// As many as the machine of the tests has cores.
    private static let threads = 2

    @Test(
        """
        Through elections, roll-backs, late commands, time-outs after the write, stale primaries, restored and emptied \
        databases, kills and wrong clocks: numbers are dense, ids grow with them, what is acknowledged is stored once, \
        in its sender's order, shown in order, once, and answered once; and what is lost is told
        """,
        arguments: 0..<threads)
    func keepsItsPromises(_ thread: Int) async {
        let first = UInt64.random(in: 0...1 << 48)
        let seeds = (0..<UInt64(Self.schedules / Self.threads)).map { first + $0 }
        // The first of all are always the same ones.
        await expectNoViolations(thread == 0 ? (1...2_000) + seeds.dropLast(2_000) : seeds)
    }

    @Test("The same seed gives the same schedule")
    func isRepeatable() {
        func outcome() -> [String] {
            var exploration = Exploration(seed: 42)
            return exploration.run() + exploration.model.primary.log.map { "\($0.id) \($0.seq) \($0.clientID)" }
        }
        #expect(outcome() == outcome())
    }

    @Test("The schedule of the seed in CHAT_TEST_SEED, told step by step", .enabled(if: seed != nil))
    func tellsOne() throws {
        var exploration = Exploration(seed: try #require(Self.seed), isTold: true)
        let violations = exploration.run()
        for line in exploration.story { print(line) }
        #expect(violations == [])
    }

    private static let seed = ProcessInfo.processInfo.environment["CHAT_TEST_SEED"].flatMap(UInt64.init)

    /// Prints the seeds of what went wrong, a few at most.
    private func expectNoViolations(_ seeds: [UInt64]) async {
        let violations: [String] = await withCheckedContinuation { continuation in
            // It takes long, which none of Swift's shared threads may.
            Thread { continuation.resume(returning: Self.explore(seeds)) }.start()
        }
        #expect(violations == [])
    }

    private static func explore(_ seeds: [UInt64]) -> [String] {
        var found: [String] = []
        for seed in seeds where found.count < 20 {
            var exploration = Exploration(seed: seed)
            for violation in exploration.run() { found.append("seed \(seed): \(violation)") }
        }
        return found
    }
}
