import Chat
import Synchronization

/// Whether the service can serve, as its monitor last saw it.
final class ServiceHealth: Sendable {
    enum Status: Hashable, Sendable {
        case starting
        case ready
        /// With a sentence that says what is wrong.
        case unavailable(String)
    }

    private struct State {
        var status = Status.starting
        var hasBeenReady = false
    }

    private let state = Mutex(State())

    var status: Status { state.withLock(\.status) }

    /// Whether the service could serve at some time.
    var hasBeenReady: Bool { state.withLock(\.hasBeenReady) }

    /// - Returns: the status before.
    func set(_ status: Status) -> Status {
        state.withLock { state in
            defer {
                state.status = status
                if status == .ready { state.hasBeenReady = true }
            }
            return state.status
        }
    }

    /// Before the service was ready once, nothing is tried. Later each request finds out for itself: what memory can
    /// answer is answered, and the database is tried again.
    ///
    /// - Throws: `unavailable`.
    func requireReady() throws(ChatError) {
        guard hasBeenReady else { throw .unavailable("the service waits for its database") }
    }
}
