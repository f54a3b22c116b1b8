import NIOCore

/// Whether a request's body comes fast enough: it has a time of grace, and more time for each byte that came. A value
/// without I/O.
struct BodyPace {
    /// The least that must come behind the time of grace.
    static let bytesPerSecond: Int64 = 4_096

    let grace: TimeAmount
    private var began: NIODeadline?
    private var bytes: Int64 = 0

    init(grace: TimeAmount) {
        self.grace = grace
    }

    /// When the body under way is too late, unless more of it comes; nil: none is.
    var deadline: NIODeadline? {
        guard let began else { return nil }
        return began + self.grace + .nanoseconds(self.bytes * (1_000_000_000 / Self.bytesPerSecond))
    }

    mutating func begin(now: NIODeadline) {
        self.began = now
        self.bytes = 0
    }

    mutating func take(_ count: Int) {
        self.bytes += Int64(count)
    }

    mutating func end() {
        self.began = nil
    }
}
