/// Why the service did not start or could not go on.
package struct StartError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure. Open: later versions may add some.
    package struct Code: Hashable, Sendable {
        private let name: String

        /// A setting, a secret or a key file cannot be used.
        package static let configuration = Code(name: "configuration")
        /// The address to listen on is taken or not ours.
        package static let address = Code(name: "address")
        /// The database's schema is not the one of this version.
        package static let schema = Code(name: "schema")
    }

    package var code: Code
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
