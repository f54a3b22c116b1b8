import NIOCore

/// Which pings are answered. All of them, unless they come in a flood or the peer does not read its answers: then only
/// the latest is, which RFC 6455 section 5.5.3 allows. So pings cost a bounded amount of outbound memory.
struct PongBudget {
    private let perRead: Int
    private var answered = 0
    private var delayed: ByteBuffer?

    init(perRead: Int) {
        self.perRead = perRead
    }

    /// - Returns: the payload of the pong to send now, or nil when this ping has to wait, in the place of any earlier
    ///   one.
    mutating func answer(_ payload: ByteBuffer, isWritable: Bool) -> ByteBuffer? {
        guard isWritable, self.answered < self.perRead else {
            self.delayed = payload
            return nil
        }
        self.answered += 1
        self.delayed = nil
        return payload
    }

    /// The channel has read what there was.
    mutating func endOfRead() {
        self.answered = 0
    }

    /// The latest ping that is still unanswered.
    mutating func takeDelayed() -> ByteBuffer? {
        defer { self.delayed = nil }
        return self.delayed
    }
}
