import WebSocket

// Where single values end, by the grammar of RFC 8259.
extension JSONReader {
    /// The byte to read next; 0, which no grammar allows, at the end.
    @inline(__always)
    var current: UInt8 {
        position < bytes.count ? bytes[position] : 0
    }

    func error(_ reason: JSONError.Reason = .syntax) -> JSONError {
        JSONError(reason: reason, offset: position)
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    mutating func scanScalar() throws(JSONError) -> JSONValue {
        switch current {
        case UInt8(ascii: "\""): try scanString()
        case UInt8(ascii: "t"): try scan("true", .bool)
        case UInt8(ascii: "f"): try scan("false", .bool)
        case UInt8(ascii: "n"): try scan("null", .null)
        default: try scanNumber()
        }
    }

    private mutating func scan(_ literal: StaticString, _ kind: JSONValue.Kind) throws(JSONError) -> JSONValue {
        let start = position
        for index in 0..<literal.utf8CodeUnitCount {
            guard current == literal.utf8Start[index] else { throw error() }
            position += 1
        }
        return JSONValue(kind: kind, start: start, end: position, isPlain: true)
    }

    private mutating func scanNumber() throws(JSONError) -> JSONValue {
        let start = position
        var isPlain = true
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            try scanDigits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try scanDigits()
            isPlain = false
        }
        if current | 0x20 == UInt8(ascii: "e") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try scanDigits()
            isPlain = false
        }
        return JSONValue(kind: .number, start: start, end: position, isPlain: isPlain)
    }

    /// One digit or more.
    private mutating func scanDigits() throws(JSONError) {
        let start = position
        while current &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw error() }
    }

    /// A string, from its opening quotation mark on.
    mutating func scanString() throws(JSONError) -> JSONValue {
        let start = position + 1
        var isPlain = true
        // All bytes of the string and perhaps a few behind it: only its highest bits matter.
        var seen: UInt64 = 0
        position = start
        while true {
            position = skipPlainWords(from: position, seen: &seen)
            guard position < bytes.count else { throw error() }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let string = JSONValue(kind: .string, start: start, end: position, isPlain: isPlain)
                if seen & 0x8080_8080_8080_8080 != 0 { try checkUTF8(string) }
                position += 1
                return string
            case UInt8(ascii: "\\"):
                guard let (_, next) = Self.escape(in: bytes, at: position) else { throw error() }
                position = next
                isPlain = false
            case 0..<0x20:
                throw error()
            default:
                seen |= UInt64(byte)
                position += 1
            }
        }
    }

    /// Where, from `start` on, the first byte stands that ends or interrupts a string; or some byte before it that has
    /// fewer than eight behind it.
    @inline(__always)
    private func skipPlainWords(from start: Int, seen: inout UInt64) -> Int {
        var position = start
        while position &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            seen |= word
            let found = JSONEscaping.found(in: word)
            guard found == 0 else { return position &+ found.trailingZeroBitCount / 8 }
            position &+= 8
        }
        return position
    }

    private func checkUTF8(_ string: JSONValue) throws(JSONError) {
        var validator = UTF8Validator()
        guard validator.accept(slice(string)), validator.isAtCharacterBoundary else {
            throw JSONError(reason: .notUTF8, offset: string.start)
        }
    }

    /// The scalar of the escape whose reverse solidus is at `position`, and where it ends; nil when it is none that
    /// RFC 8259, section 7, has, or half of a surrogate pair.
    static func escape(in bytes: UnsafeRawBufferPointer, at position: Int) -> (scalar: UInt32, end: Int)? {
        guard position + 1 < bytes.count else { return nil }
        let end = position + 2
        switch bytes[position + 1] {
        case UInt8(ascii: "\""): return (0x22, end)
        case UInt8(ascii: "\\"): return (0x5C, end)
        case UInt8(ascii: "/"): return (0x2F, end)
        case UInt8(ascii: "b"): return (0x08, end)
        case UInt8(ascii: "f"): return (0x0C, end)
        case UInt8(ascii: "n"): return (0x0A, end)
        case UInt8(ascii: "r"): return (0x0D, end)
        case UInt8(ascii: "t"): return (0x09, end)
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let unit = fourHexDigits(in: bytes, at: end) else { return nil }
        switch unit {
        case 0xD800...0xDBFF:
            guard end + 6 <= bytes.count, bytes[end + 4] == UInt8(ascii: "\\"), bytes[end + 5] == UInt8(ascii: "u"),
                let low = fourHexDigits(in: bytes, at: end + 6), 0xDC00...0xDFFF ~= low
            else { return nil }
            return (0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), end + 10)
        case 0xDC00...0xDFFF:
            return nil
        default:
            return (unit, end + 4)
        }
    }

    private static func fourHexDigits(in bytes: UnsafeRawBufferPointer, at position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
