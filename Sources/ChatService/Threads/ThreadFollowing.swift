import Chat
import Logging
import ServiceLifecycle
import Synchronization

/// Makes those who reply, and those who are replied to, followers of the thread; behind the replies.
final class ThreadFollowing: Service {
    static let interval: Duration = .seconds(1)
    /// Replies that wait; of more, the writers do not become followers.
    static let capacity = 20_000
    /// Replies that are written at once.
    static let batchSize = 500

    private struct State {
        var replies: [ThreadReply] = []
        /// The last write that was begun; the next waits for it.
        var writing: Task<Void, Never>?
    }

    let store: any ThreadStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: any ThreadStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Does not block.
    func replied(_ reply: ThreadReply) {
        state.withLock { state in
            if state.replies.count < Self.capacity { state.replies.append(reply) }
        }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.interval)
                await self.flush()
            }
        }
        await flush()
    }

    /// Stores what is known by now, so that what is read next shows it.
    func flush() async {
        let task = state.withLock { state in
            let earlier = state.writing
            let task = Task {
                await earlier?.value
                while await self.writeOnce() {}
            }
            state.writing = task
            return task
        }
        await task.value
    }

    /// - Returns: whether there may be more.
    private func writeOnce() async -> Bool {
        let replies = state.withLock { state in
            let taken = Array(state.replies.prefix(Self.batchSize))
            state.replies.removeFirst(taken.count)
            return taken
        }
        guard !replies.isEmpty else { return false }
        do throws(ChatError) {
            try await store.note(replies)
            return true
        } catch {
            logger.debug("followers of threads wait", metadata: ["error": "\(error)"])
            state.withLock { state in
                if state.replies.count + replies.count <= Self.capacity {
                    state.replies.insert(contentsOf: replies, at: 0)
                }
            }
            return false
        }
    }
}
