/// Writes one document into one growing buffer: no dictionary, no boxes, lengths patched when a document closes.
///
///     var writer = BSONWriter(reservingCapacity: 256)
///     writer.append("_id", id)
///     writer.document("last") { $0.append("seq", 7) }
///     let document = writer.finish()
///
/// A key (and the two parts of a regex) ends in a zero byte, so it cannot hold U+0000. A key from outside that holds
/// one is neither cut there (it would become another key) nor refused with a trap: each U+0000 is written as U+FFFD.
/// Strings as values may hold U+0000.
///
/// Not copyable: there is one writer a buffer, and nested documents write into the same one.
package struct BSONWriter: ~Copyable {
    private var bytes: [UInt8]
    /// Where the open document begins.
    private var start: Int

    /// - Parameter capacity: bytes to reserve; the buffer grows when that is not enough.
    package init(reservingCapacity capacity: Int = 0) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Swift.max(capacity, 64))
        self.init(openingIn: bytes)
    }

    /// Opens a document behind what is in `bytes`.
    init(openingIn bytes: consuming [UInt8]) {
        self.bytes = bytes
        start = self.bytes.count
        self.bytes.appendInt32(0)
    }

    /// Goes on behind the elements of a document. Bytes too short for one count as the empty document.
    init(continuing document: consuming [UInt8]) {
        bytes = document.count >= BSONDocument.minimumSize ? document : BSONDocument().bytes
        bytes.removeLast()
        start = 0
    }

    /// The finished document.
    package consuming func finish() -> BSONDocument {
        BSONDocument(trusted: close())
    }

    /// Closes the document and gives back the buffer.
    consuming func close() -> [UInt8] {
        bytes.closeDocument(from: start)
        return bytes
    }
}

extension BSONWriter {
    /// UTF-8; may hold U+0000.
    package mutating func append(_ key: String, _ value: String) {
        bytes.appendHeader(.string, key)
        bytes.appendString(value)
    }

    /// Four bytes.
    package mutating func append(_ key: String, _ value: Int32) {
        bytes.appendHeader(.int32, key)
        bytes.appendInt32(value)
    }

    /// Eight bytes.
    package mutating func append(_ key: String, _ value: Int64) {
        bytes.appendHeader(.int64, key)
        bytes.appendInt64(value)
    }

    /// Always as int64, whatever the number: a field keeps one type.
    package mutating func append(_ key: String, _ value: Int) {
        append(key, Int64(value))
    }

    /// Eight bytes, every bit kept (NaN too).
    package mutating func append(_ key: String, _ value: Double) {
        bytes.appendHeader(.double, key)
        bytes.appendInt64(Int64(bitPattern: value.bitPattern))
    }

    /// One byte.
    package mutating func append(_ key: String, _ value: Bool) {
        bytes.appendHeader(.bool, key)
        bytes.append(value ? 1 : 0)
    }

    /// Twelve bytes.
    package mutating func append(_ key: String, _ value: ObjectID) {
        bytes.appendHeader(.objectID, key)
        value.write(into: &bytes)
    }

    /// Copies the bytes of the document.
    package mutating func append(_ key: String, _ value: BSONDocument) {
        bytes.appendHeader(.document, key)
        bytes.append(contentsOf: value.bytes)
    }

    /// Copies the bytes of the array.
    package mutating func append(_ key: String, _ value: BSONArray) {
        bytes.appendHeader(.array, key)
        bytes.append(contentsOf: value.bytes)
    }

    /// Subtype and bytes.
    package mutating func append(_ key: String, _ value: BSONBinary) {
        bytes.appendHeader(.binary, key)
        bytes.appendBinary(value)
    }

    /// A value of any type. The overloads of one type are for literals and for the hot path.
    @_disfavoredOverload
    package mutating func append(_ key: String, _ value: BSONValue) {
        bytes.appendHeader(value.type, key)
        bytes.appendPayload(value)
    }

    /// - Parameter milliseconds: since 1970.
    package mutating func appendDatetime(_ key: String, milliseconds: Int64) {
        bytes.appendHeader(.datetime, key)
        bytes.appendInt64(milliseconds)
    }

    /// Type and key only, no bytes.
    package mutating func appendNull(_ key: String) {
        bytes.appendHeader(.null, key)
    }

    /// All elements of a document, in its order.
    package mutating func append(contentsOf document: BSONDocument) {
        guard !document.isEmpty else { return }
        bytes.append(contentsOf: document.bytes[4..<document.bytes.count - 1])
    }

    /// A nested document, written by `body` in place. When `body` throws, the element is not there.
    package mutating func document<Failure: Error>(
        _ key: String, _ body: (inout BSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let mark = bytes.count
        bytes.appendHeader(.document, key)
        try bytes.nestDocument(elementAt: mark, body)
    }

    /// A nested array, written by `body` in place. When `body` throws, the element is not there.
    package mutating func array<Failure: Error>(
        _ key: String, _ body: (inout BSONArrayWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let mark = bytes.count
        bytes.appendHeader(.array, key)
        try bytes.nestArray(elementAt: mark, body)
    }
}
