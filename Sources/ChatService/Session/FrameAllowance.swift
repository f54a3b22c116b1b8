import NIOCore

/// How many frames a client may send: so many a second on average, and twice as many at once (a token bucket). A value
/// without I/O.
struct FrameAllowance {
    private let nanosecondsPerFrame: Int64
    private let burstNanoseconds: Int64
    /// When the client has used what it was given until then.
    private var usedUntil: NIODeadline = .uptimeNanoseconds(0)
    /// Frames that were refused, less those that passed since: one that is let through now and then is no excuse.
    private(set) var excess = 0

    /// A client with so many more refused than let through does not heed what it is told.
    static let patience = 1_000

    /// - Parameter framesPerSecond: 0: any number.
    init(framesPerSecond: Int) {
        nanosecondsPerFrame = framesPerSecond > 0 ? 1_000_000_000 / Int64(framesPerSecond) : 0
        burstNanoseconds = 2_000_000_000
    }

    /// Takes one frame.
    /// - Returns: nil when it may pass; else how long the client has to wait.
    mutating func take(now: NIODeadline) -> TimeAmount? {
        guard nanosecondsPerFrame > 0 else { return nil }
        let next = max(usedUntil, now) + .nanoseconds(nanosecondsPerFrame)
        let ahead = next - now
        if ahead.nanoseconds > burstNanoseconds {
            excess += 1
            return .nanoseconds(ahead.nanoseconds - burstNanoseconds)
        }
        usedUntil = next
        excess = max(0, excess - 1)
        return nil
    }
}
