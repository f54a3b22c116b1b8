import ChatLog
import Dispatch

/// A lane's thread for benchmarks, with the storage that keeps nothing.
struct NullLaneThread: LaneThread {
    private let queue: DispatchQueue
    private let tails: NullTails

    init(name: String, tails: NullTails) {
        queue = DispatchQueue(label: name)
        self.tails = tails
    }

    func enqueue(_ job: @escaping @Sendable (any LogStorage) -> Void) {
        queue.async { [tails] in job(NullLogStorage(tails: tails)) }
    }
}
