import Chat
import Testing

@Suite struct WriterLaneSimulationTests {
    /// Always the same schedules, and some new ones each run. A failure names its seed.
    private static let seeds: [ClosedRange<UInt64>] = [1...1_000, 1_001...2_000, 2_001...3_000]

    @Test(
        """
        Whatever gets lost, late, twice or killed: a room's numbers are dense and its ids grow with them, each message \
        is stored once, in its sender's order, as acknowledged, shown in order, once, and answered once
        """,
        arguments: seeds)
    func keepsItsPromises(_ seeds: ClosedRange<UInt64>) {
        for seed in seeds { expectNoViolation(seed: seed) }
    }

    @Test("The same holds for schedules that nobody has seen before")
    func keepsItsPromisesOnNewSchedules() {
        for _ in 0..<500 { expectNoViolation(seed: .random(in: 1_000_000...(.max))) }
    }

    @Test("The same seed gives the same schedule")
    func isRepeatable() {
        func outcome() -> [String] {
            var simulation = Simulation(seed: 42)
            let violations = simulation.run()
            return violations
                + simulation.rooms.flatMap { room in
                    simulation.world.with { $0.messages.all(in: room).map { "\($0.id) \($0.seq) \($0.clientID)" } }
                }
        }
        #expect(outcome() == outcome())
    }

    private func expectNoViolation(seed: UInt64) {
        var simulation = Simulation(seed: seed)
        let violations = simulation.run()
        #expect(violations.isEmpty, "seed \(seed)")
    }
}
