// What values are. They were checked when they were read, so all that can be wrong is their kind.
extension JSONReader {
    /// The text of a string; nil for anything else.
    package func string(_ value: JSONValue) -> String? {
        guard value.kind == .string else { return nil }
        let raw = slice(value)
        guard !value.isPlain else { return String(decoding: raw, as: UTF8.self) }
        // An escape is never shorter than its scalar in UTF-8.
        return String(unsafeUninitializedCapacity: raw.count) { Self.unescape(raw, into: $0) }
    }

    package func bool(_ value: JSONValue) -> Bool? {
        value.kind == .bool ? value.end - value.start == 4 : nil
    }

    /// A number without fraction and exponent that an Int64 holds.
    package func integer(_ value: JSONValue) -> Int64? {
        guard value.kind == .number, value.isPlain else { return nil }
        let raw = slice(value)
        let isNegative = raw.first == UInt8(ascii: "-")
        var result: Int64 = 0
        for byte in raw.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(byte &- UInt8(ascii: "0"))
            let (product, overflows) = result.multipliedReportingOverflow(by: 10)
            // Towards the sign, since the least Int64 has no positive counterpart.
            let (sum, exceeds) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflows, !exceeds else { return nil }
            result = sum
        }
        return result
    }

    /// Any number, rounded to the nearest Double; nil when it is larger than all of them.
    package func double(_ value: JSONValue) -> Double? {
        guard value.kind == .number, let number = Double(String(decoding: slice(value), as: UTF8.self)),
            number.isFinite
        else { return nil }
        return number
    }

    /// A reader of its own for a container that was read over.
    package func inside(_ value: JSONValue) -> JSONReader {
        JSONReader(slice(value))
    }

    /// The bytes of a value; empty for one that is not of this text.
    func slice(_ value: JSONValue) -> UnsafeRawBufferPointer {
        guard 0 <= value.start, value.start <= value.end, value.end <= bytes.count else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[value.start..<value.end])
    }

    /// - Returns: the number of bytes written, at most as many as `raw` has.
    private static func unescape(_ raw: UnsafeRawBufferPointer, into text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var read = 0
        var written = 0
        while read < raw.count {
            guard raw[read] == UInt8(ascii: "\\"), let (scalar, end) = escape(in: raw, at: read) else {
                text[written] = raw[read]
                read += 1
                written += 1
                continue
            }
            read = end
            for unit in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
                text[written] = unit
                written += 1
            }
        }
        return written
    }
}
