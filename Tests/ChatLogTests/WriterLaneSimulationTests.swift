import Chat
import Foundation
import Testing

@Suite struct WriterLaneSimulationTests {
    /// Always the same schedules. A failure names its seed.
    private static let seeds: [ClosedRange<UInt64>] = [1...500, 501...1_000]
    /// Schedules that nobody has seen before: more of them for a longer run.
    private static let newSchedules =
        ProcessInfo.processInfo.environment["CHAT_TEST_SCHEDULES"].flatMap(Int.init) ?? 500

    @Test(
        """
        Whatever gets lost, late, twice or killed: a room's numbers are dense and its ids grow with them, each message \
        is stored once, in its sender's order, as acknowledged, shown in order, once, and answered once
        """,
        arguments: seeds)
    func keepsItsPromises(_ seeds: ClosedRange<UInt64>) async {
        await expectNoViolations(Array(seeds))
    }

    @Test("The same holds for schedules that nobody has seen before")
    func keepsItsPromisesOnNewSchedules() async {
        await expectNoViolations((0..<Self.newSchedules).map { _ in .random(in: 1_000_000...(.max)) })
    }

    @Test("The same seed gives the same schedule")
    func isRepeatable() async {
        func outcome() async -> [String] {
            await onThreadOfItsOwn {
                var simulation = Simulation(seed: 42)
                let violations = simulation.run()
                return violations
                    + simulation.rooms.flatMap { room in
                        simulation.world.with { $0.messages.all(in: room).map { "\($0.id) \($0.seq) \($0.clientID)" } }
                    }
            }
        }
        #expect(await outcome() == outcome())
    }

    private func expectNoViolations(_ seeds: [UInt64]) async {
        let violations = await onThreadOfItsOwn {
            seeds.flatMap { seed in
                var simulation = Simulation(seed: seed)
                return simulation.run().map { "seed \(seed): \($0)" }
            }
        }
        #expect(violations == [])
    }

    /// A simulation waits for its threads, which none of Swift's shared ones may do.
    private func onThreadOfItsOwn(_ body: @escaping @Sendable () -> [String]) async -> [String] {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }
}
