import Chat

/// Notices who floods a room: a bucket of messages for each, refilled evenly. A value without I/O.
struct FloodGuard: Hashable, Sendable {
    /// Messages in ten seconds on average, and at once; 0: any number.
    let messages: Int64
    private var level: Int64 = 0
    private var at = Timestamp(milliseconds: 0)

    private static let windowMilliseconds: Int64 = 10_000

    init(messages: Int64) {
        self.messages = messages
    }

    /// Takes one message.
    ///
    /// - Returns: nil, or after how many milliseconds it may be sent.
    mutating func take(now: Timestamp) -> Int64? {
        guard messages > 0 else { return nil }
        // In thousandths of a window's share, so that nothing is lost in rounding.
        let cost = Self.windowMilliseconds
        level = max(level - max(now.milliseconds - at.milliseconds, 0) * messages, 0)
        at = now
        let excess = level + cost - messages * cost
        // Rounded up, so that whoever waits that long is not told once more to wait.
        guard excess <= 0 else { return (excess + messages - 1) / messages }
        level += cost
        return nil
    }
}
