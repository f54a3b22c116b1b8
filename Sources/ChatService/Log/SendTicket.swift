package import Chat
import Synchronization

/// The answer that a sender waits for. It is given exactly once: by the log when the outcome is known, or by the
/// deadline, whichever comes first.
package final class SendTicket: Sendable {
    package typealias Completion = @Sendable (Result<Acknowledgement, ChatError>) -> Void

    /// What its message takes of the memory that a lane may use.
    let bytes: Int
    private let completion: Mutex<Completion?>

    /// - Parameter completion: called once, on any thread; it must not block.
    package init(bytes: Int = 0, _ completion: @escaping Completion) {
        self.bytes = bytes
        self.completion = Mutex(completion)
    }

    /// Answers, unless that has happened before.
    package func settle(_ result: Result<Acknowledgement, ChatError>) {
        let completion = self.completion.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        completion?(result)
    }

    package var isSettled: Bool {
        completion.withLock { $0 == nil }
    }
}
