/// A description in the manner of MongoDB's relaxed Extended JSON, for logs and tests. Not meant to be read back:
/// what lies deeper than ``BSONDocument/maximumDepth`` is "…", and where the bytes are broken it ends with "!".
extension BSONDocument: CustomStringConvertible {
    package var description: String {
        BSONText.document(BSONReader(self), depth: 1)
    }
}

extension BSONArray: CustomStringConvertible {
    package var description: String {
        BSONText.array(BSONReader(bytes), depth: 1)
    }
}

extension BSONValue: CustomStringConvertible {
    package var description: String {
        let array = BSONArray([self]).description
        return String(array.dropFirst().dropLast())
    }
}
