internal import NIOCore
internal import Synchronization

/// Hands messages from the event loop to the one task that reads them. The loop stops reading from the socket while
/// the mailbox is full, so what is held is bounded by the limits and one read.
final class FrameMailbox: Sendable {
    private typealias Waiter = CheckedContinuation<ServerFrame?, any Error>

    private struct State {
        var frames = CircularBuffer<ServerFrame>()
        var byteCount = 0
        var waiter: Waiter?
        /// Counts the waits, so that a late cancellation does not hit the next one.
        var wait = 0
        /// What ends the present wait, although it has not begun: a short limit can pass before it does.
        var interruption: (any Error)?
        var end: Result<Void, any Error>?
        var closeReason: CloseReason?
        var resume: (@Sendable () -> Void)?
    }

    private let maximumFrames: Int
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumFrames: Int, maximumBytes: Int) {
        self.maximumFrames = maximumFrames
        self.maximumBytes = maximumBytes
    }

    // MARK: the event loop's side

    func deliver(_ frame: ServerFrame) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.end == nil else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            state.frames.append(frame)
            state.byteCount += frame.byteCount
            return nil
        }
        waiter?.resume(returning: frame)
    }

    /// - Parameter resume: called once, on some thread, when there is room again.
    /// - Returns: whether the reader has to catch up first.
    func isFull(resume: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.frames.count >= maximumFrames || state.byteCount >= maximumBytes, state.end == nil else {
                return false
            }
            state.resume = resume
            return true
        }
    }

    func note(_ reason: CloseReason) {
        state.withLock { if $0.closeReason == nil { $0.closeReason = reason } }
    }

    /// What was delivered before can still be read. The first end counts.
    func finish(_ end: Result<Void, any Error>) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.end == nil else { return nil }
            state.end = end
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: end.map { nil })
    }

    // MARK: the reader's side

    var closeReason: CloseReason? { state.withLock { $0.closeReason } }

    /// The next message; `nil` when the connection has ended.
    ///
    /// - Parameter willWait: gets the number of this wait, for ``interrupt(wait:_:)``.
    func next(willWait: (Int) -> Void = { _ in }) async throws -> ServerFrame? {
        let wait = state.withLock { state in
            state.wait += 1
            state.interruption = nil
            return state.wait
        }
        willWait(wait)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                take(for: continuation)
            }
        } onCancel: {
            interrupt(wait: wait, CancellationError())
        }
    }

    /// Ends a wait with an error, if it still waits. Nothing is lost: messages stay.
    func interrupt(wait: Int, _ error: any Error) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.wait == wait else { return nil }
            if state.waiter == nil { state.interruption = error }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(throwing: error)
    }

    /// Throws away what is not read yet, so that the socket can be read to its end.
    func discard() {
        let resume = state.withLock { state -> (@Sendable () -> Void)? in
            state.frames.removeAll()
            state.byteCount = 0
            defer { state.resume = nil }
            return state.resume
        }
        resume?()
    }

    private func take(for waiter: Waiter) {
        var resume: (@Sendable () -> Void)?
        let answer = state.withLock { state -> Result<ServerFrame?, any Error>? in
            if let frame = state.frames.popFirst() {
                state.byteCount -= frame.byteCount
                if state.frames.count <= maximumFrames / 2, state.byteCount <= maximumBytes / 2 {
                    resume = state.resume
                    state.resume = nil
                }
                return .success(frame)
            }
            if let end = state.end { return end.map { nil } }
            if let interruption = state.interruption { return .failure(interruption) }
            if Task.isCancelled { return .failure(CancellationError()) }
            guard state.waiter == nil else {
                return .failure(ChatClientError(.severalReaders, "another task reads this connection"))
            }
            state.waiter = waiter
            return nil
        }
        resume?()
        if let answer { waiter.resume(with: answer) }
    }
}
