import Chat
import DequeModule
import Synchronization

/// Makes people members: those who come while a write is under way are written together after it. So twenty thousand who
/// come at once cost some hundred writes, and one who comes alone waits for nothing.
final class JoinWriter: Sendable {
    private struct Waiting: Sendable {
        let newcomer: Newcomer
        let continuation: CheckedContinuation<Result<Joined, ChatError>, Never>
    }

    private struct State {
        var waiting: Deque<Waiting> = []
        var isWriting = false
    }

    /// Of one write.
    static let batchSize = 500
    static let maximumWaiting = 100_000

    private let store: any RoomStore
    private let state = Mutex(State())

    init(store: any RoomStore) {
        self.store = store
    }

    /// - Returns: what he is now.
    /// - Throws: `unavailable`.
    func join(_ newcomer: Newcomer) async throws(ChatError) -> Joined {
        let result = await withCheckedContinuation { continuation in
            enum Verdict { case start, wait, refuse }
            let verdict: Verdict = state.withLock { state in
                guard state.waiting.count < Self.maximumWaiting else { return .refuse }
                state.waiting.append(Waiting(newcomer: newcomer, continuation: continuation))
                defer { state.isWriting = true }
                return state.isWriting ? .wait : .start
            }
            switch verdict {
            case .start: Task { await write() }
            case .wait: break
            case .refuse: continuation.resume(returning: .failure(.unavailable("too many come at once")))
            }
        }
        return try result.get()
    }

    private func write() async {
        while let batch = take() {
            do throws(ChatError) {
                let all = try await store.join(batch.map(\.newcomer))
                for (waiting, joined) in zip(batch, all) {
                    waiting.continuation.resume(returning: .success(joined))
                }
                // Cannot be, but nobody is left to wait for ever.
                for waiting in batch.dropFirst(all.count) {
                    waiting.continuation.resume(returning: .failure(.internalError))
                }
            } catch {
                for waiting in batch { waiting.continuation.resume(returning: .failure(error)) }
            }
        }
    }

    private func take() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.batchSize))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }
}
