/// The storage did not answer, or not with what was asked.
package struct LogStorageError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
