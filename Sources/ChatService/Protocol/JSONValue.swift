/// One value in the text of a ``JSONReader``: checked to its end, but nothing made of it yet. Only that reader, and those
/// it makes, can read it.
package struct JSONValue: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case null, bool, number, string, array, object
    }

    package let kind: Kind
    /// Where it stands: of a string without the quotation marks.
    let start: Int
    let end: Int
    /// Of a string: it has no escapes. Of a number: it has neither fraction nor exponent.
    let isPlain: Bool
}
