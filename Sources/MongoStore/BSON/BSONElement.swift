/// A key and its value, still as bytes of the document around it, which it keeps alive.
///
/// The typed properties are nil when the value has another type or its bytes are broken.
package struct BSONElement: Sendable {
    let bytes: [UInt8]
    let layout: BSONLayout

    /// The type of the value.
    package var type: BSONType { layout.type }

    /// The key; well-formed UTF-8, which the reader checked.
    package var key: String {
        bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[layout.keyStart..<layout.keyEnd]), as: UTF8.self)
        }
    }

    /// Whether this is the key, without making a string.
    package func hasKey(_ key: String) -> Bool {
        var key = key
        return key.withUTF8 { bytes.span.bytes.isEqual(from: layout.keyStart, to: layout.keyEnd, $0) }
    }

    /// A string in well-formed UTF-8.
    package var string: String? {
        guard layout.type == .string else { return nil }
        return try? checkedText(from: layout.valueStart + 4, to: layout.valueEnd - 1)
    }

    /// An int32, an int64, or a double without fraction.
    package var int64: Int64? {
        switch layout.type {
        case .int32: Int64(bytes.span.bytes.int32(at: layout.valueStart))
        case .int64: Int64(bitPattern: bytes.span.bytes.uint64(at: layout.valueStart))
        case .double: Int64(exactly: Double(bitPattern: bytes.span.bytes.uint64(at: layout.valueStart)))
        default: nil
        }
    }

    /// A double, or an int32 or int64 (rounded above 2^53).
    package var double: Double? {
        switch layout.type {
        case .double: Double(bitPattern: bytes.span.bytes.uint64(at: layout.valueStart))
        case .int32: Double(bytes.span.bytes.int32(at: layout.valueStart))
        case .int64: Double(Int64(bitPattern: bytes.span.bytes.uint64(at: layout.valueStart)))
        default: nil
        }
    }

    /// A boolean; numbers are none.
    package var bool: Bool? {
        guard layout.type == .bool, bytes.span.bytes.byte(at: layout.valueStart) <= 1 else { return nil }
        return bytes.span.bytes.byte(at: layout.valueStart) == 1
    }

    /// An ObjectId; its text is none.
    package var objectID: ObjectID? {
        guard layout.type == .objectID else { return nil }
        return objectID(at: layout.valueStart)
    }

    /// A datetime, in milliseconds since 1970.
    package var milliseconds: Int64? {
        guard layout.type == .datetime else { return nil }
        return Int64(bitPattern: bytes.span.bytes.uint64(at: layout.valueStart))
    }

    /// A nested document, copied out, its content unchecked; ``reader`` walks it in place.
    package var document: BSONDocument? {
        guard layout.type == .document else { return nil }
        return BSONDocument(trusted: Array(bytes[layout.valueStart..<layout.valueEnd]))
    }

    /// An array, copied out, its content unchecked; ``reader`` walks it in place.
    package var array: BSONArray? {
        guard layout.type == .array else { return nil }
        return BSONArray(trusted: Array(bytes[layout.valueStart..<layout.valueEnd]))
    }

    /// Bytes of any subtype.
    package var binary: BSONBinary? {
        guard layout.type == .binary else { return nil }
        return try? checkedBinary()
    }

    /// A reader of the nested document or array, in place; nil for other types.
    package var reader: BSONReader? {
        guard layout.type == .document || layout.type == .array else { return nil }
        return BSONReader(bytes, from: layout.valueStart, to: layout.valueEnd)
    }
}
