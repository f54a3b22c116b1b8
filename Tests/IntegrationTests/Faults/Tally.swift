import Synchronization
import TestSupport

/// Counts what many tasks see, and lets one wait for a number.
final class Tally: Sendable {
    private struct State {
        var count = 0
        var goal = Int.max
        var waiter: CheckedContinuation<Void, Never>?

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { (waiter, goal) = (nil, .max) }
            return waiter
        }
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func add() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.count += 1
            guard state.count >= state.goal else { return nil }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// - Throws: when it does not come to so many in time.
    func reached(_ goal: Int, within limit: Duration) async throws {
        let alarm = Task {
            try await Task.sleep(for: limit)
            state.withLock { $0.takeWaiter() }?.resume()
        }
        defer { alarm.cancel() }
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.count >= goal { return true }
                state.goal = goal
                state.waiter = continuation
                return false
            }
            if isReached { continuation.resume() }
        }
        guard count >= goal else { throw ChildProcess.Failure("\(count) of \(goal) after \(limit)") }
    }
}
