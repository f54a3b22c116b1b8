import Auth
import Chat
import DequeModule
import Synchronization

/// Acts on a room's people that wait: those that come while others are stored are stored together after them. So a raid of
/// a thousand is put out in some seconds, and a lone act waits for nothing.
final class ActQueue: Sendable {
    struct Waiting: Sendable {
        let identity: Identity
        /// Whom it concerns besides the actor.
        let users: [UserID]
        /// Looks at nothing but the view.
        let decide: @Sendable (RoomView) throws(ChatError) -> RoomAct
        let continuation: CheckedContinuation<Result<Void, ChatError>, Never>
    }

    enum Place {
        /// Whoever adds it sees to it that all are stored.
        case first
        case behindOthers
        case none
    }

    private struct State {
        var waiting: Deque<Waiting> = []
        var isRunning = false
    }

    /// Stored together.
    static let batchSize = 20
    static let maximumWaiting = 10_000

    private let state = Mutex(State())

    func add(_ waiting: Waiting) -> Place {
        state.withLock { state in
            guard state.waiting.count < Self.maximumWaiting else { return .none }
            state.waiting.append(waiting)
            defer { state.isRunning = true }
            return state.isRunning ? .behindOthers : .first
        }
    }

    /// The next ones; none: whoever stores them has come to the end.
    func take() -> [Waiting] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.batchSize))
            state.waiting.removeFirst(batch.count)
            if batch.isEmpty { state.isRunning = false }
            return batch
        }
    }
}
