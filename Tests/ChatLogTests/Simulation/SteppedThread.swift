import ChatLog
import DequeModule
import Dispatch
import Foundation
import Synchronization

/// A lane's thread that runs only when it is told to, and only to its next stop. So at any time one thread of a
/// simulation runs, and what many do is interleaved as the dice say.
final class SteppedThread: LaneThread {
    typealias Job = @Sendable (any LogStorage) -> Void

    private struct State {
        var jobs: Deque<Job> = []
        var isInJob = false
        var isFinished = false
    }

    private let state = Mutex(State())
    private let mayRun = DispatchSemaphore(value: 0)
    private let hasStopped = DispatchSemaphore(value: 0)

    /// - Parameter storage: made on the thread.
    func start(_ storage: @escaping @Sendable () -> any LogStorage) {
        Thread { [self] in
            let storage = storage()
            while true {
                mayRun.wait()
                let (job, isFinished) = state.withLock { state in
                    let job = state.jobs.popFirst()
                    state.isInJob = job != nil
                    return (job, state.isFinished)
                }
                job?(storage)
                state.withLock { $0.isInJob = false }
                hasStopped.signal()
                if isFinished { return }
            }
        }.start()
    }

    func enqueue(_ job: @escaping Job) {
        state.withLock { $0.jobs.append(job) }
    }

    /// Whether a step would do something.
    var isBusy: Bool {
        state.withLock { $0.isInJob || !$0.jobs.isEmpty }
    }

    /// Called by the simulation: runs the thread to its next stop or to the end of its job.
    func step() {
        mayRun.signal()
        hasStopped.wait()
    }

    /// Called on the thread, inside a job: waits for the next step.
    func stop() {
        hasStopped.signal()
        mayRun.wait()
    }

    /// Ends the thread; only when it is not busy.
    func finish() {
        state.withLock { $0.isFinished = true }
        step()
    }
}
