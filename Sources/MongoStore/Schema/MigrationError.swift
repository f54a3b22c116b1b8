/// Why a run of ``Migrator`` ended early. What it had done stays done; the next run goes on there.
package struct MigrationError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. An open set.
    package struct Code: Hashable, Sendable {
        private let name: String

        package init(_ name: String) {
            self.name = name
        }

        /// An index stands with another definition.
        package static let conflict = Code("conflict")
        /// Data stands in the way, such as duplicates of what must be unique.
        package static let data = Code("data")
        /// The database was away for longer than the run may wait.
        package static let unavailable = Code("unavailable")
        /// Another run holds the lock, or took it over.
        package static let locked = Code("locked")
        /// User name or password wrong, or too few rights.
        package static let permission = Code("permission")
        /// The database is ahead of this program, or a step was applied with another definition.
        package static let state = Code("state")
        /// The connection string is wrong.
        package static let usage = Code("usage")
        /// Told to stop.
        package static let interrupted = Code("interrupted")
        /// Anything else that the server answered.
        package static let failed = Code("failed")
    }

    package var code: Code
    /// For people; one or more lines, no password in it.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension MigrationError {
    init(_ error: MongoError) {
        switch error.code {
        case .authentication:
            self.init(.permission, "the database refuses this user: \(error.message)")
        case .invalidURI:
            self.init(.usage, "the connection string is wrong: \(error.message)")
        case _ where error.isTransient:
            self.init(.unavailable, "the database is away: \(error.message)")
        default:
            self.init(.failed, "the database refused: \(error)")
        }
    }
}
