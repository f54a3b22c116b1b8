/// An array of values, kept as its BSON bytes: a document with the keys "0", "1", … (which are not looked at when
/// reading).
///
/// Walking it in order is cheap, reaching into the middle walks from the start: for random access take ``values``.
package struct BSONArray: Sendable, Hashable {
    /// The whole array, its length field and terminator included.
    package let bytes: [UInt8]

    /// The empty array.
    package init() {
        bytes = BSONDocument().bytes
    }

    /// The values in their order.
    package init(_ values: [BSONValue]) {
        var writer = BSONArrayWriter()
        for value in values {
            writer.append(value)
        }
        self = writer.finish()
    }

    /// The documents in their order, for batches: reserves their size at once.
    package init(_ documents: [BSONDocument]) {
        var writer = BSONArrayWriter(reservingCapacity: documents.reduce(64) { $0 + $1.bytes.count + 8 })
        for document in documents {
            writer.append(document)
        }
        self = writer.finish()
    }

    /// An array of bytes that were made by ``BSONArrayWriter`` or validated; see ``BSONDocument/init(trusted:)``.
    package init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether there is no value; costs nothing.
    package var isEmpty: Bool {
        bytes.count <= BSONDocument.minimumSize
    }

    /// The number of values; walks them.
    package var count: Int {
        BSONDocument(trusted: bytes).count
    }

    /// The value at `index`, nil beyond the end; walks from the start.
    package subscript(_ index: Int) -> BSONValue? {
        guard index >= 0 else { return nil }
        return dropFirst(index).first { _ in true }
    }

    /// All values, for random access.
    package var values: [BSONValue] {
        Array(self)
    }

    /// Those values that are documents.
    package var documents: [BSONDocument] {
        var reader = BSONReader(bytes)
        var documents: [BSONDocument] = []
        while let element = try? reader.next() {
            if let document = element.document { documents.append(document) }
        }
        return documents
    }
}

extension BSONArray: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: BSONValue...) {
        self.init(elements)
    }
}

/// Where the bytes are broken the iteration ends early; ``BSONReader`` throws instead.
extension BSONArray: Sequence {
    package struct Iterator: IteratorProtocol {
        private var reader: BSONReader

        init(_ array: BSONArray) {
            reader = BSONReader(array.bytes)
        }

        package mutating func next() -> BSONValue? {
            guard let element = try? reader.next() else { return nil }
            return try? element.value()
        }
    }

    package func makeIterator() -> Iterator {
        Iterator(self)
    }
}
