/// Walks the elements of one document, without copying it and without trusting it.
///
///     var reader = BSONReader(document)
///     while let element = try reader.next() { … }
///
/// Each step checks what it needs of the bytes and throws ``BSONError`` where they are broken; so it may be used on
/// validated and on unvalidated bytes. After an error ``next()`` returns nil.
package struct BSONReader: Sendable {
    private let bytes: [UInt8]
    private var position: Int
    /// The offset of the document's terminator; at the start that behind it.
    private var end: Int
    /// Whether the length field is still to be read.
    private var atStart = true

    /// Reads a document, validated or not.
    package init(_ document: BSONDocument) {
        self.init(document.bytes)
    }

    /// Reads bytes that nobody checked. Their own length field must name exactly all of them, else the first
    /// ``next()`` throws.
    package init(_ bytes: [UInt8]) {
        self.init(bytes, from: 0, to: bytes.count)
    }

    /// Reads the document in `start..<stop` of `bytes`; needs 0 <= start <= stop <= bytes.count.
    init(_ bytes: [UInt8], from start: Int, to stop: Int) {
        self.bytes = bytes
        self.position = start
        self.end = stop
    }

    /// The next element, nil after the last.
    package mutating func next() throws(BSONError) -> BSONElement? {
        if atStart {
            try readHeader()
        }
        guard position < end else { return nil }
        do {
            let layout = try bytes.span.bytes.elementLayout(at: position, end: end)
            try bytes.span.bytes.validateUTF8(from: layout.keyStart, to: layout.keyEnd)
            position = layout.valueEnd
            return BSONElement(bytes: bytes, layout: layout)
        } catch {
            position = end
            throw error
        }
    }

    private mutating func readHeader() throws(BSONError) {
        atStart = false
        let (start, stop) = (position, end)
        position = end
        let actual = try bytes.span.bytes.endOfSized(minimum: BSONDocument.minimumSize, from: start, end: stop)
        guard actual == stop else {
            throw BSONError(.invalidLength, "the document is followed by other bytes", offset: start)
        }
        position = start + 4
        end = stop - 1
    }
}
