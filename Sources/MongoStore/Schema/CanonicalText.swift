internal import BSON

/// A text that two values share exactly when MongoDB means the same by them: numbers without their type (1, 1.0 and
/// NumberLong(1)), and, where told so, fields in alphabetical order.
enum CanonicalText {
    /// - Parameter sorted: whether the order of fields is without meaning. It has one in an index' keys.
    static func of(_ document: BSONDocument, sorted: Bool = true) -> String {
        let parts = document.map { (key: $0.key, text: "\"\($0.key)\": " + of($0.value, sorted: sorted)) }
        let ordered = sorted ? parts.sorted { $0.key < $1.key } : parts
        return "{" + ordered.map(\.text).joined(separator: ", ") + "}"
    }

    static func of(_ value: BSONValue, sorted: Bool = true) -> String {
        switch value {
        case .document(let document):
            return of(document, sorted: sorted)
        case .array(let array):
            return "[" + array.map { of($0, sorted: sorted) }.joined(separator: ", ") + "]"
        case .int32(let number):
            return "\(number)"
        case .int64(let number):
            return "\(number)"
        case .double(let number):
            return Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        case .string, .binary, .undefined, .objectID, .bool, .datetime, .null, .regex, .dbPointer, .javascript,
            .symbol, .javascriptWithScope, .timestamp, .decimal128, .minKey, .maxKey:
            return value.description
        }
    }
}
