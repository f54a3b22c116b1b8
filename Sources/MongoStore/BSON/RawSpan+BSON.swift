// Each function needs 0 <= offset <= end <= byteCount, checks everything it reads against `end`, and looks at each byte
// of a key, a regex or a length once; payloads are skipped by their length.
extension RawSpan {
    /// The element whose type byte is at `offset`, in a document whose terminator is at `end`.
    func elementLayout(at offset: Int, end: Int) throws(BSONError) -> BSONLayout {
        guard offset < end else {
            throw BSONError(.invalidLength, "an element begins outside its document", offset: offset)
        }
        guard let type = BSONType(rawValue: byte(at: offset)) else {
            throw BSONError(.unknownType, "type byte \(byte(at: offset))", offset: offset)
        }
        let keyEnd = try endOfCString(from: offset + 1, end: end)
        let valueEnd = try endOfValue(type, from: keyEnd + 1, end: end)
        return BSONLayout(type: type, keyStart: offset + 1, keyEnd: keyEnd, valueEnd: valueEnd)
    }

    /// The offset of the first zero in `offset..<end`.
    func endOfCString(from offset: Int, end: Int) throws(BSONError) -> Int {
        var position = offset
        while position < end {
            if byte(at: position) == 0 { return position }
            position += 1
        }
        throw BSONError(.missingTerminator, "a key or pattern does not end", offset: offset)
    }

    func endOfValue(_ type: BSONType, from offset: Int, end: Int) throws(BSONError) -> Int {
        switch type {
        case .undefined, .null, .minKey, .maxKey:
            return offset
        case .bool:
            return try skip(1, from: offset, end: end)
        case .int32:
            return try skip(4, from: offset, end: end)
        case .double, .datetime, .timestamp, .int64:
            return try skip(8, from: offset, end: end)
        case .objectID:
            return try skip(12, from: offset, end: end)
        case .decimal128:
            return try skip(16, from: offset, end: end)
        case .string, .javascript, .symbol:
            return try endOfString(from: offset, end: end)
        case .document, .array:
            return try endOfSized(minimum: BSONDocument.minimumSize, from: offset, end: end)
        case .binary:
            let length = try length(at: offset, minimum: 0, end: end)
            return try skip(length, from: skip(5, from: offset, end: end), end: end)
        case .regex:
            let patternEnd = try endOfCString(from: offset, end: end)
            return try endOfCString(from: patternEnd + 1, end: end) + 1
        case .dbPointer:
            return try skip(12, from: endOfString(from: offset, end: end), end: end)
        case .javascriptWithScope:
            return try endOfCodeWithScope(from: offset, end: end)
        }
    }

    /// A string with its length in front: the offset after its terminating zero, which is checked.
    func endOfString(from offset: Int, end: Int) throws(BSONError) -> Int {
        let length = try length(at: offset, minimum: 1, end: end)
        let stringEnd = try skip(length, from: offset + 4, end: end)
        guard byte(at: stringEnd - 1) == 0 else {
            throw BSONError(.missingTerminator, "a string does not end in zero", offset: stringEnd - 1)
        }
        return stringEnd
    }

    /// A document, whose length counts itself: the offset after its terminating zero, which is checked.
    func endOfSized(minimum: Int, from offset: Int, end: Int) throws(BSONError) -> Int {
        let length = try length(at: offset, minimum: minimum, end: end)
        let documentEnd = try skip(length, from: offset, end: end)
        guard byte(at: documentEnd - 1) == 0 else {
            throw BSONError(.missingTerminator, "a document does not end in zero", offset: documentEnd - 1)
        }
        return documentEnd
    }

    /// Code with scope: a length that counts itself, a string and a document that together fill it exactly.
    private func endOfCodeWithScope(from offset: Int, end: Int) throws(BSONError) -> Int {
        let valueEnd = try endOfSized(minimum: 4 + 5 + BSONDocument.minimumSize, from: offset, end: end)
        let scope = try endOfString(from: offset + 4, end: valueEnd)
        guard try endOfSized(minimum: BSONDocument.minimumSize, from: scope, end: valueEnd) == valueEnd else {
            throw BSONError(.invalidLength, "code and scope do not fill their length", offset: offset)
        }
        return valueEnd
    }

    /// Subtype 2 has its length a second time, in front of its bytes.
    func checkOldBinary(from start: Int, to end: Int) throws(BSONError) {
        guard byte(at: start + 4) == BSONBinary.oldGenericSubtype else { return }
        guard end - start >= 9, Int(int32(at: start + 5)) == end - start - 9 else {
            throw BSONError(.invalidLength, "binary subtype 2 with a wrong inner length", offset: start)
        }
    }

    private func skip(_ length: Int, from offset: Int, end: Int) throws(BSONError) -> Int {
        guard length <= end - offset else {
            throw BSONError(.invalidLength, "\(length) bytes announced, \(end - offset) there", offset: offset)
        }
        return offset + length
    }

    private func length(at offset: Int, minimum: Int, end: Int) throws(BSONError) -> Int {
        _ = try skip(4, from: offset, end: end)
        let length = Int(int32(at: offset))
        guard length >= minimum else {
            throw BSONError(.invalidLength, "length \(length), at least \(minimum) expected", offset: offset)
        }
        return length
    }
}

// Loads; they need the bytes to be there.
extension RawSpan {
    func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    func int32(at offset: Int) -> Int32 {
        Int32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Int32.self))
    }

    func uint64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
