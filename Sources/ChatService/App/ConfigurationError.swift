/// A setting that cannot be used; the message names it and says what is allowed. It never holds a secret.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
