extension BSONDocument {
    /// The first value of this key; nil when there is none, or when the bytes are broken before or in it. Walks the
    /// document from its start; for many fields of a large document use ``BSONReader``.
    package subscript(_ key: String) -> BSONValue? {
        guard let element = element(key) else { return nil }
        return try? element.value()
    }

    /// The first element of this key, not copied out.
    package func element(_ key: String) -> BSONElement? {
        guard let layout = layout(of: key) else { return nil }
        return BSONElement(bytes: bytes, layout: layout)
    }

    /// The first value of this key when it is a string in well-formed UTF-8.
    package func string(_ key: String) -> String? { element(key)?.string }

    /// An int32, an int64, or a double without fraction.
    package func int64(_ key: String) -> Int64? { element(key)?.int64 }

    /// A double, or an int32 or int64 (rounded above 2^53).
    package func double(_ key: String) -> Double? { element(key)?.double }

    /// A boolean; numbers are none.
    package func bool(_ key: String) -> Bool? { element(key)?.bool }

    /// An ObjectId; its text is none.
    package func objectID(_ key: String) -> ObjectID? { element(key)?.objectID }

    /// A datetime, in milliseconds since 1970.
    package func milliseconds(_ key: String) -> Int64? { element(key)?.milliseconds }

    /// A nested document, copied out, its content unchecked.
    package func document(_ key: String) -> BSONDocument? { element(key)?.document }

    /// An array, copied out, its content unchecked.
    package func array(_ key: String) -> BSONArray? { element(key)?.array }

    /// Bytes of any subtype.
    package func binary(_ key: String) -> BSONBinary? { element(key)?.binary }

    private func layout(of key: String) -> BSONLayout? {
        var key = key
        return key.withUTF8 { wanted in
            let span = bytes.span.bytes
            let stop = bytes.count
            guard (try? span.endOfSized(minimum: Self.minimumSize, from: 0, end: stop)) == stop else { return nil }
            var position = 4
            while position < stop - 1, let layout = try? span.elementLayout(at: position, end: stop - 1) {
                if span.isEqual(from: layout.keyStart, to: layout.keyEnd, wanted) { return layout }
                position = layout.valueEnd
            }
            return nil
        }
    }
}

extension RawSpan {
    func isEqual(from start: Int, to end: Int, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard end - start == other.count else { return false }
        for index in other.indices where byte(at: start + index) != other[index] {
            return false
        }
        return true
    }
}
