import Chat
import ChatLog
import Synchronization

/// The rooms that somebody on an explored process looks at. Notes what is shown and what it is told.
final class ExploredFeed: RoomFeed {
    struct View {
        var gate = DeliveryGate()
        /// The newest message that was there when the room was opened.
        var openedAt: Int64?
        var shown: [Message] = []
    }

    private struct State {
        var views: [RoomID: View] = [:]
        var fresh: [Message] = []
        var rollbacks: [RoomID] = []

        mutating func show(_ messages: ArraySlice<Message>, in room: RoomID) {
            guard !messages.isEmpty else { return }
            views[room]?.shown += messages
            fresh += messages
        }
    }

    private let state = Mutex(State())

    func view(of room: RoomID) -> View? { state.withLock { $0.views[room] } }

    /// Somebody opens the room: its newest messages are being read.
    func look(at room: RoomID) {
        state.withLock { $0.views[room] = View() }
    }

    /// The newest messages were read.
    func open(_ room: RoomID, at seq: Int64) {
        state.withLock { state in
            guard state.views[room]?.openedAt == nil, let early = state.views[room]?.gate.open(at: seq) else { return }
            state.views[room]?.openedAt = seq
            state.show(early, in: room)
        }
    }

    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>? {
        state.withLock { $0.views[room]?.gate.missing(before: messages) }
    }

    func delivered(in room: RoomID) -> Int64? {
        state.withLock { $0.views[room]?.gate.delivered }
    }

    func deliver(_ messages: [Message], in room: RoomID) {
        state.withLock { state in
            guard let passed = state.views[room]?.gate.pass(messages[...]) else { return }
            state.show(passed, in: room)
        }
    }

    func rolledBack(_ room: RoomID, from: Int64, to: Int64) {
        state.withLock { state in
            state.views[room] = nil
            state.rollbacks.append(room)
        }
    }

    /// What was shown and told since the last call; nil for nothing.
    func takeNews() -> (shown: [Message], rollbacks: [RoomID])? {
        state.withLock { state in
            if state.fresh.isEmpty, state.rollbacks.isEmpty { return nil }
            defer { (state.fresh, state.rollbacks) = ([], []) }
            return (state.fresh, state.rollbacks)
        }
    }
}
