/// Checks a whole document in one pass: lengths, terminators, types, UTF-8, booleans, depth. Keys of arrays may be
/// any text (drivers ignore them), and keys may repeat.
///
/// Iterative, so depth costs no stack of the thread; looks at each byte at most a fixed number of times.
enum BSONValidator {
    static func validate(_ bytes: [UInt8], maximumDepth: Int) throws(BSONError) {
        guard bytes.count <= BSONDocument.maximumSize else {
            throw BSONError(.tooLarge, "\(bytes.count) bytes", offset: 0)
        }
        let span = bytes.span.bytes
        guard try span.endOfSized(minimum: BSONDocument.minimumSize, from: 0, end: bytes.count) == bytes.count else {
            throw BSONError(.invalidLength, "the document is followed by other bytes", offset: 0)
        }
        guard maximumDepth >= 1 else {
            throw BSONError(.tooDeep, "more than \(maximumDepth) levels", offset: 0)
        }
        /// Terminators of the documents around the present one. Empty (and not allocated) for a flat document.
        var outerEnds: [Int] = []
        var end = bytes.count - 1
        var position = 4
        while true {
            if position == end {
                guard let outer = outerEnds.popLast() else { return }
                position = end + 1
                end = outer
                continue
            }
            let layout = try span.elementLayout(at: position, end: end)
            try span.validateUTF8(from: layout.keyStart, to: layout.keyEnd)
            guard let nested = try validateContent(of: layout, in: span) else {
                position = layout.valueEnd
                continue
            }
            guard outerEnds.count + 1 < maximumDepth else {
                throw BSONError(.tooDeep, "more than \(maximumDepth) levels", offset: nested)
            }
            outerEnds.append(end)
            end = layout.valueEnd - 1
            position = nested + 4
        }
    }

    /// Checks what a layout does not tell. Returns where a nested document begins, which is not yet checked; it ends
    /// with the value.
    private static func validateContent(of layout: BSONLayout, in span: RawSpan) throws(BSONError) -> Int? {
        let start = layout.valueStart
        switch layout.type {
        case .document, .array:
            return start
        case .javascriptWithScope:
            let scope = try span.endOfString(from: start + 4, end: layout.valueEnd)
            try span.validateUTF8(from: start + 8, to: scope - 1)
            return scope
        case .string, .javascript, .symbol:
            try span.validateUTF8(from: start + 4, to: layout.valueEnd - 1)
        case .regex:
            try span.validateUTF8(from: start, to: layout.valueEnd)
        case .dbPointer:
            try span.validateUTF8(from: start + 4, to: layout.valueEnd - 13)
        case .bool:
            guard span.byte(at: start) <= 1 else {
                throw BSONError(.invalidBoolean, "boolean \(span.byte(at: start))", offset: start)
            }
        case .binary:
            try span.checkOldBinary(from: start, to: layout.valueEnd)
        case .double, .undefined, .objectID, .datetime, .null, .int32, .timestamp, .int64, .decimal128, .minKey,
            .maxKey:
            break
        }
        return nil
    }
}
