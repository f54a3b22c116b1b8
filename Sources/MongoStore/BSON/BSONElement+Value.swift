extension BSONElement {
    /// The value, copied out. Throws where its bytes are broken. A nested document or array is copied as it is, its
    /// content unchecked.
    package func value() throws(BSONError) -> BSONValue {
        let span = bytes.span.bytes
        let start = layout.valueStart
        switch layout.type {
        case .double: return .double(Double(bitPattern: span.uint64(at: start)))
        case .string: return .string(try checkedString(at: start, before: layout.valueEnd))
        case .document: return .document(BSONDocument(trusted: Array(bytes[start..<layout.valueEnd])))
        case .array: return .array(BSONArray(trusted: Array(bytes[start..<layout.valueEnd])))
        case .binary: return .binary(try checkedBinary())
        case .undefined: return .undefined
        case .objectID: return .objectID(objectID(at: start))
        case .bool:
            guard let bool else {
                throw BSONError(.invalidBoolean, "boolean \(span.byte(at: start))", offset: start)
            }
            return .bool(bool)
        case .datetime: return .datetime(milliseconds: Int64(bitPattern: span.uint64(at: start)))
        case .null: return .null
        case .regex: return try regex()
        case .dbPointer:
            let collection = try checkedString(at: start, before: layout.valueEnd - 12)
            return .dbPointer(collection: collection, id: objectID(at: layout.valueEnd - 12))
        case .javascript: return .javascript(try checkedString(at: start, before: layout.valueEnd))
        case .symbol: return .symbol(try checkedString(at: start, before: layout.valueEnd))
        case .javascriptWithScope: return try codeWithScope()
        case .int32: return .int32(span.int32(at: start))
        case .timestamp: return .timestamp(span.uint64(at: start))
        case .int64: return .int64(Int64(bitPattern: span.uint64(at: start)))
        case .decimal128: return .decimal128(high: span.uint64(at: start + 8), low: span.uint64(at: start))
        case .minKey: return .minKey
        case .maxKey: return .maxKey
        }
    }

    func checkedBinary() throws(BSONError) -> BSONBinary {
        let span = bytes.span.bytes
        try span.checkOldBinary(from: layout.valueStart, to: layout.valueEnd)
        let subtype = span.byte(at: layout.valueStart + 4)
        let header = subtype == BSONBinary.oldGenericSubtype ? 9 : 5
        return BSONBinary(Array(bytes[layout.valueStart + header..<layout.valueEnd]), subtype: subtype)
    }

    private func regex() throws(BSONError) -> BSONValue {
        let start = layout.valueStart
        let patternEnd = try bytes.span.bytes.endOfCString(from: start, end: layout.valueEnd)
        return .regex(
            pattern: try checkedText(from: start, to: patternEnd),
            options: try checkedText(from: patternEnd + 1, to: layout.valueEnd - 1))
    }

    private func codeWithScope() throws(BSONError) -> BSONValue {
        let scope = try bytes.span.bytes.endOfString(from: layout.valueStart + 4, end: layout.valueEnd)
        return .javascriptWithScope(
            code: try checkedString(at: layout.valueStart + 4, before: scope),
            scope: BSONDocument(trusted: Array(bytes[scope..<layout.valueEnd])))
    }

    /// The string whose length is at `start` and which ends before `end`.
    private func checkedString(at start: Int, before end: Int) throws(BSONError) -> String {
        try checkedText(from: start + 4, to: end - 1)
    }

    /// The text of `start..<end`. Checked here, since `String(validating:as:)` is not specialised and costs three times
    /// as much.
    func checkedText(from start: Int, to end: Int) throws(BSONError) -> String {
        try bytes.span.bytes.validateUTF8(from: start, to: end)
        return bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[start..<end]), as: UTF8.self)
        }
    }

    func objectID(at start: Int) -> ObjectID {
        let span = bytes.span.bytes
        return ObjectID(
            high: span.uint64(at: start).byteSwapped,
            low: UInt32(bitPattern: span.int32(at: start + 8)).byteSwapped)
    }
}
