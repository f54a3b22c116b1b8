// What both writers append to their buffer.
extension [UInt8] {
    mutating func appendHeader(_ type: BSONType, _ key: String) {
        append(type.rawValue)
        appendCString(key)
    }

    /// The text and a zero byte; each U+0000 in it becomes U+FFFD.
    mutating func appendCString(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if utf8.contains(0) {
                for byte in utf8 {
                    if byte == 0 {
                        append(contentsOf: "\u{FFFD}".utf8)
                    } else {
                        append(byte)
                    }
                }
            } else {
                append(contentsOf: utf8)
            }
        }
        append(0)
    }

    /// The text with its length in front and a zero byte behind.
    mutating func appendString(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            appendInt32(Int32(clamping: utf8.count + 1))
            append(contentsOf: utf8)
        }
        append(0)
    }

    mutating func appendInt32(_ value: Int32) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func appendInt64(_ value: Int64) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func appendBinary(_ value: BSONBinary) {
        let isOld = value.subtype == BSONBinary.oldGenericSubtype
        appendInt32(Int32(clamping: value.bytes.count + (isOld ? 4 : 0)))
        append(value.subtype)
        if isOld { appendInt32(Int32(clamping: value.bytes.count)) }
        append(contentsOf: value.bytes)
    }

    /// A number as decimal digits; for the keys of arrays.
    mutating func appendDecimal(_ number: Int) {
        if number >= 10 { appendDecimal(number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Ends the document that begins at `start`.
    mutating func closeDocument(from start: Int) {
        append(0)
        patchLength(count - start, at: start)
    }

    /// Writes a length over the four bytes at `offset`. Nothing where they are not there, which takes a caller that put
    /// another writer in the place of a nested one.
    private mutating func patchLength(_ length: Int, at offset: Int) {
        guard offset + 4 <= count else { return }
        let value = UInt32(Int32(clamping: length))
        self[offset] = UInt8(truncatingIfNeeded: value)
        self[offset + 1] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 2] = UInt8(truncatingIfNeeded: value >> 16)
        self[offset + 3] = UInt8(truncatingIfNeeded: value >> 24)
    }
}

// Nesting: the buffer moves into the inner writer and back, so all write into the same memory.
extension [UInt8] {
    /// - Parameter mark: where the element begins that the document is the value of; all from there on goes when `body`
    ///   throws.
    mutating func nestDocument<Failure: Error>(
        elementAt mark: Int, _ body: (inout BSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var nested = BSONWriter(openingIn: take())
        do {
            try body(&nested)
        } catch {
            self = nested.close()
            truncate(to: mark)
            throw error
        }
        self = nested.close()
    }

    mutating func nestArray<Failure: Error>(
        elementAt mark: Int, _ body: (inout BSONArrayWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var nested = BSONArrayWriter(openingIn: take())
        do {
            try body(&nested)
        } catch {
            self = nested.close()
            truncate(to: mark)
            throw error
        }
        self = nested.close()
    }

    private mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &self)
        return taken
    }

    private mutating func truncate(to length: Int) {
        removeLast(Swift.max(0, count - length))
    }
}

extension [UInt8] {
    /// The bytes of a value, without type and key.
    mutating func appendPayload(_ value: BSONValue) {
        switch value {
        case .double(let value): appendInt64(Int64(bitPattern: value.bitPattern))
        case .string(let value), .javascript(let value), .symbol(let value): appendString(value)
        case .document(let value): append(contentsOf: value.bytes)
        case .array(let value): append(contentsOf: value.bytes)
        case .binary(let value): appendBinary(value)
        case .objectID(let value): value.write(into: &self)
        case .bool(let value): append(value ? 1 : 0)
        case .datetime(let milliseconds): appendInt64(milliseconds)
        case .regex(let pattern, let options):
            appendCString(pattern)
            appendCString(options)
        case .dbPointer(let collection, let id):
            appendString(collection)
            id.write(into: &self)
        case .javascriptWithScope(let code, let scope):
            let start = count
            appendInt32(0)
            appendString(code)
            append(contentsOf: scope.bytes)
            patchLength(count - start, at: start)
        case .int32(let value): appendInt32(value)
        case .timestamp(let value): appendInt64(Int64(bitPattern: value))
        case .int64(let value): appendInt64(value)
        case .decimal128(let high, let low):
            appendInt64(Int64(bitPattern: low))
            appendInt64(Int64(bitPattern: high))
        case .undefined, .null, .minKey, .maxKey: break
        }
    }
}
