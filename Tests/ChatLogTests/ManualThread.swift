import ChatLog
import DequeModule
import Synchronization

/// A lane's thread whose jobs run when the test says, on the test's own thread.
final class ManualThread: LaneThread {
    private let jobs = Mutex<Deque<@Sendable (any LogStorage) -> Void>>([])

    func enqueue(_ job: @escaping @Sendable (any LogStorage) -> Void) {
        jobs.withLock { $0.append(job) }
    }

    var count: Int { jobs.withLock(\.count) }

    func run(_ storage: any LogStorage) {
        while let job = jobs.withLock({ $0.popFirst() }) { job(storage) }
    }
}
