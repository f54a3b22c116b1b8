import Chat
import ChatLog
import Synchronization

/// Looks at every room from the message after `position` on; at none, where that is nil.
final class TestFeed: RoomFeed {
    private struct State {
        var gate = DeliveryGate()
        var shown: [Message] = []
        var rollbacks: [ClosedRange<Int64>] = []
    }

    private let state = Mutex(State())

    init(position: Int64? = 0) {
        if let position { state.withLock { _ = $0.gate.open(at: position) } }
    }

    var shown: [Message] { state.withLock(\.shown) }
    var rollbacks: [ClosedRange<Int64>] { state.withLock(\.rollbacks) }

    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>? {
        state.withLock { $0.gate.missing(before: messages) }
    }

    func delivered(in room: RoomID) -> Int64? {
        state.withLock { $0.gate.delivered }
    }

    func deliver(_ messages: [Message], in room: RoomID) {
        state.withLock { state in
            let passed = state.gate.pass(messages[...])
            state.shown += passed
        }
    }

    func rolledBack(_ room: RoomID, from: Int64, to: Int64) {
        state.withLock { $0.rollbacks.append(to...from) }
    }
}
