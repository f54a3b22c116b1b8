/// One BSON value of any type, the deprecated ones included.
///
/// Equality of `double` is that of IEEE 754: NaN differs from itself, 0 equals -0. Documents and arrays compare by
/// their bytes.
package enum BSONValue: Sendable, Hashable {
    case double(Double)
    case string(String)
    case document(BSONDocument)
    case array(BSONArray)
    case binary(BSONBinary)
    case undefined
    case objectID(ObjectID)
    case bool(Bool)
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before that.
    case datetime(milliseconds: Int64)
    case null
    /// `options` are letters in alphabetical order; neither part can hold a NUL (see ``BSONWriter``).
    case regex(pattern: String, options: String)
    indirect case dbPointer(collection: String, id: ObjectID)
    case javascript(String)
    case symbol(String)
    indirect case javascriptWithScope(code: String, scope: BSONDocument)
    case int32(Int32)
    /// The server's own clock: seconds in the upper 32 bits, a counter in the lower. Not a date.
    case timestamp(UInt64)
    case int64(Int64)
    /// The 128 bits of an IEEE 754-2008 decimal; not interpreted here.
    case decimal128(high: UInt64, low: UInt64)
    case minKey
    case maxKey

    /// The type byte that goes before the value.
    package var type: BSONType {
        switch self {
        case .double: .double
        case .string: .string
        case .document: .document
        case .array: .array
        case .binary: .binary
        case .undefined: .undefined
        case .objectID: .objectID
        case .bool: .bool
        case .datetime: .datetime
        case .null: .null
        case .regex: .regex
        case .dbPointer: .dbPointer
        case .javascript: .javascript
        case .symbol: .symbol
        case .javascriptWithScope: .javascriptWithScope
        case .int32: .int32
        case .timestamp: .timestamp
        case .int64: .int64
        case .decimal128: .decimal128
        case .minKey: .minKey
        case .maxKey: .maxKey
        }
    }
}
