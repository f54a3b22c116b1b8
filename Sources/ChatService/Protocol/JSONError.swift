/// Why a text is no JSON that ``JSONReader`` takes, and where.
package struct JSONError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Against the grammar of RFC 8259: a wrong or missing character, a bad escape, half a surrogate pair.
        case syntax
        /// More containers inside each other than ``JSONReader/maximumDepth``.
        case tooDeep
        case notUTF8
    }

    package var reason: Reason
    /// The byte at fault, counted from 0; for `notUTF8` the first one of the string.
    package var offset: Int
}
