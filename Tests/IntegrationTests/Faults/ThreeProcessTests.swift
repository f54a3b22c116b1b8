import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite("Three services on one database keep their promises while everything breaks")
    struct ThreeProcessTests {
        /// `FAULT_TEST_MINUTES`: how long; else a number of seeds that takes about 90 seconds.
        private static let minutes = number("FAULT_TEST_MINUTES").map(Int.init)
        /// `FAULT_TEST_SEED`: always this seed, to repeat a run; once, unless minutes are given.
        private static let seed = number("FAULT_TEST_SEED")
        private static let seedsInCI = 3

        @Test(
            """
            However services and database are killed and connections cut or stalled: each room is 1…n in the order of \
            its ids, each acknowledged message is there once, each sender's in his order, and every socket saw them \
            in order, without repeat or gap
            """,
            .timeLimit(.minutes((minutes ?? 2) + 4)))
        func keepTheirPromises() async throws {
            try await ServiceCluster.with(nodes: 3, environment: ServiceCluster.hurried) { cluster in
                let end = Self.minutes.map { ContinuousClock.now + .seconds($0 * 60) }
                var runs = 0
                while end.map({ ContinuousClock.now < $0 }) ?? (runs < (Self.seed == nil ? Self.seedsInCI : 1)) {
                    let run = ChaosRun(cluster: cluster, seed: Self.seed ?? .random(in: 1...(.max)))
                    // Before it begins: a run that hangs or crashes has a seed, too.
                    print("three processes, seed \(run.seed)")
                    let report = try await run.run()
                    print(report.summary)
                    #expect(report.violations.isEmpty, "\(report.summary)\n\(run.plan)")
                    for violation in report.violations.prefix(50) { print("seed \(run.seed): \(violation)") }
                    runs += 1
                }
            }
        }

        private static func number(_ name: String) -> UInt64? {
            ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
        }
    }
}
