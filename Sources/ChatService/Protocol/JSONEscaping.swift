/// What RFC 8259, section 7, demands to be escaped in a string: quotation mark, reverse solidus and the control
/// characters below U+0020; and which strings need nothing at all.
enum JSONEscaping {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highest: UInt64 = 0x8080_8080_8080_8080

    /// The highest bit of each of the eight bytes that must be escaped; the lowest one is right, those above it may be too many
    /// (borrows; Warren, *Hacker's Delight*, 6-1). Zero exactly when there is none.
    @inline(__always)
    static func found(in word: UInt64) -> UInt64 {
        let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
        let solidi = word ^ ones &* UInt64(UInt8(ascii: "\\"))
        let controls = (word &- ones &* 0x20) & ~word
        return highest & ((quotes &- ones) & ~quotes | (solidi &- ones) & ~solidi | controls)
    }

    /// The number of bytes that the text takes with its escapes.
    static func length(of text: UnsafeRawBufferPointer) -> Int {
        var position = 0
        while position &+ 8 <= text.count {
            let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            guard found(in: word) == 0 else { break }
            position &+= 8
        }
        var length = position
        for index in position..<text.count {
            length += Self.length(of: text[index])
        }
        return length
    }

    /// Writes the text with its escapes, and what lies between them in one go.
    static func put(_ text: UnsafeRawBufferPointer, into target: inout JSONTarget) {
        var start = 0
        for index in 0..<text.count where length(of: text[index]) > 1 {
            target.put(UnsafeRawBufferPointer(rebasing: text[start..<index]))
            putEscape(of: text[index], into: &target)
            start = index + 1
        }
        target.put(UnsafeRawBufferPointer(rebasing: text[start...]))
    }

    private static func putEscape(of byte: UInt8, into target: inout JSONTarget) {
        target.put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): target.put(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): target.put(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): target.put(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): target.put(byte)
        default:
            target.put(UInt8(ascii: "u"))
            target.put(hexadecimal: UInt64(byte), digits: 4)
        }
    }

    @inline(__always)
    private static func length(of byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "\\"): 2
        case 0..<0x20: 6
        default: 1
        }
    }
}
