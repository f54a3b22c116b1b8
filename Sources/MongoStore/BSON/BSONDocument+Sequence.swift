/// Iterates as (key, value). Where the bytes are broken it ends early; ``BSONReader`` throws instead.
extension BSONDocument: Sequence {
    package struct Iterator: IteratorProtocol {
        private var reader: BSONReader

        init(_ document: BSONDocument) {
            reader = BSONReader(document)
        }

        package mutating func next() -> (key: String, value: BSONValue)? {
            guard let element = try? reader.next(), let value = try? element.value() else { return nil }
            return (element.key, value)
        }
    }

    package func makeIterator() -> Iterator {
        Iterator(self)
    }

    /// Whether there is no element; costs nothing.
    package var isEmpty: Bool {
        bytes.count <= Self.minimumSize
    }

    /// The number of elements; walks them.
    package var count: Int {
        var reader = BSONReader(self)
        var count = 0
        while (try? reader.next()) != nil {
            count += 1
        }
        return count
    }

    /// The keys in their order.
    package var keys: [String] {
        var reader = BSONReader(self)
        var keys: [String] = []
        while let element = try? reader.next() {
            keys.append(element.key)
        }
        return keys
    }
}
