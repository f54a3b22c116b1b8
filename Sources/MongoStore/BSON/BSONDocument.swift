/// An ordered list of keys and values, kept as its BSON bytes (bsonspec.org, version 1.1).
///
/// Equality is that of the bytes, so the order of keys and the types of numbers count.
package struct BSONDocument: Sendable, Hashable {
    /// The length field and the terminator of an empty document.
    static let minimumSize = 5
    /// The largest document that ``init(validating:maximumDepth:)`` accepts: 48 MiB, a whole message of the wire
    /// protocol.
    package static let maximumSize = 48 * 1024 * 1024
    /// How deep documents and arrays may be nested, the outermost counted: what MongoDB stores.
    package static let maximumDepth = 100

    /// The whole document, its length field and terminator included.
    package private(set) var bytes: [UInt8]

    /// The empty document.
    package init() {
        bytes = [5, 0, 0, 0, 0]
    }

    /// A document of bytes from outside. Throws unless they are exactly one well-formed document: lengths, terminators,
    /// known types, UTF-8, booleans, nesting up to `maximumDepth`, size up to ``maximumSize``. One linear pass.
    package init(validating bytes: [UInt8], maximumDepth: Int = BSONDocument.maximumDepth) throws(BSONError) {
        try BSONValidator.validate(bytes, maximumDepth: maximumDepth)
        self.bytes = bytes
    }

    /// A document of bytes that ``BSONWriter`` made or that were validated. Not checked; but with any bytes, nothing
    /// here traps or reads beyond them: what cannot be read is absent.
    package init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The pairs in their order. A key may repeat; it is then there twice.
    package init(_ elements: some Sequence<(String, BSONValue)>) {
        var writer = BSONWriter()
        for (key, value) in elements {
            writer.append(key, value)
        }
        self = writer.finish()
    }

    /// Appends one element; keys as ``BSONWriter`` treats them. Does not look for the key among those that are there.
    package mutating func append(_ key: String, _ value: BSONValue) {
        modify { $0.append(key, value) }
    }

    /// Appends all elements of another document.
    package mutating func append(contentsOf other: BSONDocument) {
        modify { $0.append(contentsOf: other) }
    }

    private mutating func modify(_ body: (inout BSONWriter) -> Void) {
        var writer = BSONWriter(continuing: bytes)
        bytes = []
        body(&writer)
        self = writer.finish()
    }
}

extension BSONDocument: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, BSONValue)...) {
        self.init(elements)
    }
}
