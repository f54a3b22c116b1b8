internal import Synchronization

/// How a run is told to stop, from outside or by the loss of its lock. Asked between pieces of work.
final class MigrationControl: Sendable {
    private let reason = Mutex<MigrationError?>(nil)

    /// The first reason counts.
    func stop(_ error: MigrationError) {
        reason.withLock { reason in
            if reason == nil { reason = error }
        }
    }

    /// - Throws: why to stop.
    func checkpoint() throws(MigrationError) {
        if let error = reason.withLock({ $0 }) { throw error }
    }
}
