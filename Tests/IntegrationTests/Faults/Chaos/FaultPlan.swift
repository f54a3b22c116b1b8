import TestSupport

/// Which faults happen when: a value that a seed determines, so that a run can be repeated (as far as processes and
/// sockets keep time).
///
/// Each thing that can break has a track of its own, on which one fault follows the other; tracks overlap.
struct FaultPlan: Sendable, CustomStringConvertible {
    struct Step: Sendable {
        let fault: Fault
        /// Since the run began.
        let start: Duration
        /// How long it lasts.
        let length: Duration
    }

    let tracks: [[Step]]

    /// - Parameters:
    ///   - length: when the last fault begins at the latest.
    ///   - nodes: how many services there are.
    init(seed: UInt64, length: Duration, nodes: Int) {
        var random = SeededGenerator(seed: seed)
        var tracks = [
            Self.track(length, pauses: 3_000...8_000, &random) { _ in (.killDatabase, 100...1_000) }
        ]
        for node in 0..<nodes {
            tracks.append(
                Self.track(length, pauses: 1_000...9_000, &random) { _ in (.killService(node), 50...1_000) })
            for link in Fault.Link.allCases {
                tracks.append(
                    Self.track(length, pauses: 200...3_000, &random) { Self.linkFault(link, node, &$0) })
            }
        }
        self.tracks = tracks
    }

    var description: String {
        tracks.joined().sorted { $0.start < $1.start }
            .map { "  at \($0.start) for \($0.length): \($0.fault)" }.joined(separator: "\n")
    }

    /// Carries it out. Returns when the last fault is put right.
    func carryOut(in cluster: ServiceCluster) async throws {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for track in tracks {
                group.addTask {
                    for step in track {
                        try await Task.sleep(until: start.advanced(by: step.start), clock: .continuous)
                        await step.fault.begin(in: cluster)
                        try await Task.sleep(for: step.length)
                        try await step.fault.end(in: cluster)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func track(
        _ length: Duration, pauses: ClosedRange<Int>, _ random: inout SeededGenerator,
        _ fault: (inout SeededGenerator) -> (Fault, milliseconds: ClosedRange<Int>)
    ) -> [Step] {
        var steps: [Step] = []
        var start = Duration.milliseconds(Int.random(in: 0...pauses.upperBound, using: &random))
        while start < length {
            let (fault, milliseconds) = fault(&random)
            let step = Step(
                fault: fault, start: start, length: .milliseconds(Int.random(in: milliseconds, using: &random)))
            steps.append(step)
            start += step.length + .milliseconds(Int.random(in: pauses, using: &random))
        }
        return steps
    }

    private static func linkFault(
        _ link: Fault.Link, _ node: Int, _ random: inout SeededGenerator
    ) -> (Fault, milliseconds: ClosedRange<Int>) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: (.cut(link, node), 0...0)
        case 3: (.refuse(link, node), 50...1_000)
        case 4: (.stall(link, node, .both), 100...4_000)
        case 5: (.stall(link, node, .toClient), 100...4_000)
        case 6: (.stall(link, node, .toTarget), 100...4_000)
        case 7:
            (.delay(link, node, milliseconds: .random(in: 1...300, using: &random)), 100...2_000)
        default:
            (
                .cutAfter(
                    link, node, bytes: .random(in: 0...2_000, using: &random),
                    Bool.random(using: &random) ? .toClient : .toTarget), 100...500
            )
        }
    }
}
