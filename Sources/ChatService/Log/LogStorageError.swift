/// The storage did not answer, or not with what was asked.
package struct LogStorageError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }

    package static let otherRun = LogStorageError("another primary, or another run of it, answers now")
}
