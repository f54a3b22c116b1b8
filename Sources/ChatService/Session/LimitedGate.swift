import DequeModule
import Synchronization

/// Lets some in at a time and some more wait, first come, first served; turns away the rest.
final class LimitedGate: Sendable {
    private struct State {
        var free: Int
        var waiting: Deque<CheckedContinuation<Void, Never>> = []
    }

    private let state: Mutex<State>
    private let maximumWaiting: Int

    /// - Parameters:
    ///   - places: how many may be in at a time.
    ///   - waiting: how many more may wait.
    init(places: Int, waiting: Int = .max) {
        state = Mutex(State(free: places))
        maximumWaiting = waiting
    }

    /// - Returns: false when too many wait already. Else ``leave()`` must follow.
    func enter() async -> Bool {
        let isIn: Bool? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return true
            }
            return state.waiting.count < maximumWaiting ? nil : false
        }
        if let isIn { return isIn }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        return true
    }

    func leave() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume()
    }
}
