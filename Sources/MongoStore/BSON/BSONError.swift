/// Why bytes are no BSON document.
package struct BSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault. An open set: new kinds may come.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// - Parameter description: a short name in snake_case.
        package init(_ description: String) {
            self.description = description
        }

        /// A length field is negative, too small for its type, or points beyond what surrounds it.
        package static let invalidLength = Code("invalid_length")
        /// A string, key or document does not end in the zero byte that its type asks for.
        package static let missingTerminator = Code("missing_terminator")
        /// A string or key is not UTF-8.
        package static let invalidUTF8 = Code("invalid_utf8")
        /// The type byte is none of the BSON specification.
        package static let unknownType = Code("unknown_type")
        /// A boolean is neither 0 nor 1.
        package static let invalidBoolean = Code("invalid_boolean")
        /// Documents and arrays are nested deeper than allowed.
        package static let tooDeep = Code("too_deep")
        /// The document is larger than ``BSONDocument/maximumSize``.
        package static let tooLarge = Code("too_large")
    }

    /// The kind of fault.
    package var code: Code
    /// What was found, for logs. Holds no content of the document.
    package var message: String
    /// Where, in bytes from the start of the outermost document.
    package var offset: Int

    package init(_ code: Code, _ message: String, offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String {
        "\(code) at byte \(offset): \(message)"
    }
}
