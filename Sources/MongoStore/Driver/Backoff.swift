#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Growing random pauses between attempts, on a thread that may block: 5 ms, then 1.5 times as long up to 500 ms, each
/// times a random number below 1, so that rivals part.
struct Backoff {
    private let limit: ContinuousClock.Instant
    private var next = Duration.milliseconds(5)

    init(until limit: ContinuousClock.Instant) {
        self.limit = limit
    }

    /// Blocks for the next pause.
    /// - Returns: false, at once, when there is no time left for another attempt.
    mutating func wait() -> Bool {
        let pause = next * Double.random(in: 0..<1)
        guard .now + pause < limit else { return false }
        next = min(next * 1.5, .milliseconds(500))
        let (seconds, attoseconds) = pause.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
        return true
    }
}
