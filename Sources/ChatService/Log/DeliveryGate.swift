package import Chat

/// Lets a room's messages pass in order and each once, whoever brings them: the lane that wrote them, a poll
/// that found them, a reader that filled a gap.
package struct DeliveryGate: Sendable {
    private enum State {
        /// The room's newest messages are being read; what arrives meanwhile waits.
        case loading([Message])
        case open(delivered: Int64)
    }

    private var state: State = .loading([])

    package init() {}

    /// The last message that passed; nil while loading.
    package var delivered: Int64? {
        switch state {
        case .loading: nil
        case .open(let delivered): delivered
        }
    }

    /// The newest messages were read up to `seq`. Returns what arrived meanwhile and comes next.
    package mutating func open(at seq: Int64) -> ArraySlice<Message> {
        switch state {
        case .open:
            return []
        case .loading(let early):
            state = .open(delivered: seq)
            return pass(early[...])
        }
    }

    /// What must be read and passed before `messages` can: nil when they come next or have passed.
    package func missing(before messages: [Message]) -> ClosedRange<Int64>? {
        switch state {
        case .loading:
            return nil
        case .open(let delivered):
            guard let first = messages.first, first.seq > delivered + 1 else { return nil }
            return (delivered + 1)...(first.seq - 1)
        }
    }

    /// Returns those of `messages` (in order) that come next without a gap. Others are dropped: they have passed, or
    /// will be read when the gap before them is filled.
    package mutating func pass(_ messages: ArraySlice<Message>) -> ArraySlice<Message> {
        switch state {
        case .loading(var early):
            early += messages
            state = .loading(early)
            return []
        case .open(var delivered):
            let fresh = messages.drop { $0.seq <= delivered }
            let run = fresh.prefix { message in
                guard message.seq == delivered + 1 else { return false }
                delivered += 1
                return true
            }
            state = .open(delivered: delivered)
            return run
        }
    }
}
