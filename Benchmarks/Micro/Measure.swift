/// Times a function in batches and prints the median of them.
///
/// A batch takes about two milliseconds, so that the clock's own cost does not count and a disturbance meets few of them.
struct Measure {
    private static let batches = 101

    /// - Parameter body: what is measured; its result is looked at, so that the optimiser cannot leave it out.
    func callAsFunction<Result>(_ name: String, calls: Int? = nil, _ body: () throws -> Result) rethrows {
        let clock = ContinuousClock()
        var count = calls ?? 1
        while calls == nil, try time(clock, count, body) < .milliseconds(2) { count *= 2 }
        var times: [Double] = []
        for _ in 0..<Self.batches {
            let duration = try time(clock, count, body)
            times.append((duration / .nanoseconds(1)) / Double(count))
        }
        times.sort()
        let median = times[times.count / 2]
        let spread = (times[times.count * 9 / 10] - times[times.count / 10]) / median
        let padding = String(repeating: " ", count: max(1, 48 - name.count))
        print("\(name)\(padding)\(Int(median)) ns   (80 % within \(Int(spread * 100)) %)")
    }

    private func time<Result>(
        _ clock: ContinuousClock, _ count: Int, _ body: () throws -> Result
    ) rethrows -> Duration {
        try clock.measure {
            for _ in 0..<count { keep(try body()) }
        }
    }

    @inline(never)
    private func keep<Result>(_ result: Result) {}
}
