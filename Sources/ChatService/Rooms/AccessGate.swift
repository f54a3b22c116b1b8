import Chat
import DequeModule
import Synchronization

/// Keeps what is decided about a room's people in one order: any number may come in at once, but an act on the room waits
/// until they are through, and those who come after it wait for it. First come, first served.
final class AccessGate: Sendable {
    private struct Waiting {
        let isExclusive: Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        /// Those who are in: how many share it, or -1 for one alone.
        var inside = 0
        var waiting: Deque<Waiting> = []

        mutating func enters(exclusively isExclusive: Bool) -> Bool {
            guard inside == 0 || (inside > 0 && !isExclusive) else { return false }
            inside = isExclusive ? -1 : inside + 1
            return true
        }
    }

    private let state = Mutex(State())

    /// Runs `body` beside others who come in.
    func shared<Value>(_ body: () async throws(ChatError) -> Value) async throws(ChatError) -> Value {
        await enter(exclusively: false)
        defer { leave() }
        return try await body()
    }

    /// Runs `body` while nobody else is in.
    func exclusive<Value>(_ body: () async throws(ChatError) -> Value) async throws(ChatError) -> Value {
        await enter(exclusively: true)
        defer { leave() }
        return try await body()
    }

    /// The same for what does not fail.
    func exclusively<Value>(_ body: () async -> Value) async -> Value {
        await enter(exclusively: true)
        defer { leave() }
        return await body()
    }

    private func enter(exclusively isExclusive: Bool) async {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state in
                if state.waiting.isEmpty, state.enters(exclusively: isExclusive) { return true }
                state.waiting.append(Waiting(isExclusive: isExclusive, continuation: continuation))
                return false
            }
            if isIn { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state in
            state.inside = max(state.inside - 1, 0)
            var next: [CheckedContinuation<Void, Never>] = []
            while let first = state.waiting.first, state.enters(exclusively: first.isExclusive) {
                state.waiting.removeFirst()
                next.append(first.continuation)
            }
            return next
        }
        for continuation in next { continuation.resume() }
    }
}
