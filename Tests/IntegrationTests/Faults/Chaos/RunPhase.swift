import Synchronization

/// How far a run is: all who take part look at it.
final class RunPhase: Sendable {
    enum Phase: Sendable {
        /// Faults happen; senders go on sending.
        case sending
        /// Everything is put right; senders finish what they began.
        case finishing(deadline: ContinuousClock.Instant)
        /// Listeners wait until they saw each room's last `seq`.
        case ending(lastSeqs: [String: Int], deadline: ContinuousClock.Instant)
    }

    private let phase = Mutex<Phase>(.sending)

    func finish(within limit: Duration) {
        phase.withLock { $0 = .finishing(deadline: .now + limit) }
    }

    func end(lastSeqs: [String: Int], within limit: Duration) {
        phase.withLock { $0 = .ending(lastSeqs: lastSeqs, deadline: .now + limit) }
    }

    var isSending: Bool {
        if case .sending = phase.withLock({ $0 }) { true } else { false }
    }

    /// What the room's listeners wait for; nil: nothing yet.
    func lastSeq(of room: String) -> Int? {
        if case .ending(let lastSeqs, _) = phase.withLock({ $0 }) { lastSeqs[room, default: 0] } else { nil }
    }

    /// What was waited for did not come in time.
    var isLate: Bool {
        switch phase.withLock({ $0 }) {
        case .sending: false
        case .finishing(let deadline), .ending(_, let deadline): deadline < .now
        }
    }
}
