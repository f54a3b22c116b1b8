import Chat
import ChatLog
import Synchronization

/// Looks at every room from the message after `position` on; at none, where that is nil. What was rolled back is looked
/// at no more.
final class TestFeed: RoomFeed {
    private struct State {
        var gates: [RoomID: DeliveryGate] = [:]
        var shown: [Message] = []
        var rollbacks: [[Int64]] = []
    }

    private let state = Mutex(State())
    private let position: Int64?

    init(position: Int64? = 0) {
        self.position = position
    }

    var shown: [Message] { state.withLock(\.shown) }
    /// From where to where.
    var rollbacks: [[Int64]] { state.withLock(\.rollbacks) }

    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>? {
        state.withLock { gate(of: room, $0).missing(before: messages) }
    }

    func delivered(in room: RoomID) -> Int64? {
        state.withLock { gate(of: room, $0).delivered }
    }

    func deliver(_ messages: [Message], in room: RoomID) {
        state.withLock { state in
            var gate = gate(of: room, state)
            state.shown += gate.pass(messages[...])
            state.gates[room] = gate
        }
    }

    func rolledBack(_ room: RoomID, from: Int64, to: Int64) {
        state.withLock { state in
            state.rollbacks.append([from, to])
            state.gates[room] = DeliveryGate()
        }
    }

    private func gate(of room: RoomID, _ state: State) -> DeliveryGate {
        if let gate = state.gates[room] { return gate }
        var gate = DeliveryGate()
        if let position { _ = gate.open(at: position) }
        return gate
    }
}
