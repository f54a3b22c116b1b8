import Foundation
import MongoStore
import Synchronization

/// What people read: results and progress on standard output, complaints on standard error. A line an event.
final class Console: Sendable {
    private let lock = Mutex(())

    func say(_ line: String) {
        write(line, to: .standardOutput)
    }

    func complain(_ line: String) {
        write(line, to: .standardError)
    }

    func show(_ event: MigrationEvent) {
        guard let line = event.line else { return }
        switch event {
        case .databaseAway, .lockHeld, .adoptionMayRace, .adoptionLateMessages: complain(line)
        default: say(line)
        }
    }

    private func write(_ line: String, to handle: FileHandle) {
        // One write a line, and no buffer: what is shown is shown even if the process is killed.
        lock.withLock { _ in try? handle.write(contentsOf: Data((line + "\n").utf8)) }
    }
}
