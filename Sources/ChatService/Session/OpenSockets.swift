import Synchronization

/// Counts the open sockets, so that the end can wait for their goodbyes.
final class OpenSockets: Sendable {
    private struct State {
        var count = 0
        var changes = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func opened() {
        state.withLock { state in
            state.count += 1
            state.changes += 1
        }
    }

    /// How many were opened or closed since the start.
    var changes: Int { state.withLock { $0.changes } }

    func closed() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count -= 1
            state.changes += 1
            guard state.count == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when none is open. Each session closes its socket in bounded time, so this ends.
    func allClosed() async {
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if state.count == 0 { return true }
                state.waiting.append(continuation)
                return false
            }
            if isNone { continuation.resume() }
        }
    }
}
