/// Checks a stream of bytes for UTF-8 as it arrives, and fails at the first byte that no continuation can make valid.
///
/// What is allowed is Unicode's table 3-7, "Well-Formed UTF-8 Byte Sequences": no overlong forms, no surrogates,
/// nothing above U+10FFFF. The state between two calls is what the next byte may be.
package struct UTF8Validator: Equatable {
    /// Continuation bytes that the character begun still needs (0 to 3).
    private var missing: UInt8 = 0
    /// What the next continuation byte may be; narrower than 80...BF only directly after some lead bytes.
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    /// Whether the text may end here.
    package var isAtCharacterBoundary: Bool { self.missing == 0 }

    package init() {}

    /// Takes the next bytes.
    /// - Returns: false when the text cannot become valid any more; the validator is then of no further use.
    package mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        let end = bytes.count
        while position < end {
            if self.missing == 0 {
                position = Self.skipOrdinary(bytes, from: position)
                guard position < end else { return true }
                guard self.begin(with: bytes[position]) else { return false }
            } else {
                let byte = bytes[position]
                guard byte >= self.lower, byte <= self.upper else { return false }
                self.missing -= 1
                self.lower = 0x80
                self.upper = 0xBF
            }
            position += 1
        }
        return true
    }

    /// Sets what must follow a lead byte that is not ASCII.
    private mutating func begin(with lead: UInt8) -> Bool {
        switch lead {
        case 0xC2...0xDF: self.missing = 1
        case 0xE0: (self.missing, self.lower) = (2, 0xA0)
        case 0xED: (self.missing, self.upper) = (2, 0x9F)
        case 0xE1...0xEF: self.missing = 2
        case 0xF0: (self.missing, self.lower) = (3, 0x90)
        case 0xF1...0xF3: self.missing = 3
        case 0xF4: (self.missing, self.upper) = (3, 0x8F)
        default: return false
        }
        return true
    }

    /// Passes over whole characters of one to three bytes, except those few whose second byte is not free: the quick way
    /// through most of the world's text. What it stops at is not yet judged.
    private static func skipOrdinary(_ bytes: UnsafeRawBufferPointer, from position: Int) -> Int {
        var position = position
        while position < bytes.count {
            switch bytes[position] {
            case 0..<0x80:
                position = skipASCII(bytes, from: position)
            case 0xC2...0xDF:
                guard position &+ 1 < bytes.count, bytes[position &+ 1] & 0xC0 == 0x80 else { return position }
                position &+= 2
            case 0xE1...0xEC, 0xEE...0xEF:
                guard position &+ 2 < bytes.count, bytes[position &+ 1] & 0xC0 == 0x80,
                    bytes[position &+ 2] & 0xC0 == 0x80
                else { return position }
                position &+= 3
            default:
                return position
            }
        }
        return position
    }

    /// The first position from `position` on that does not hold an ASCII byte, or the end.
    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from position: Int) -> Int {
        var position = position
        while position &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let high = UInt64(littleEndian: word) & 0x8080_8080_8080_8080
            guard high == 0 else { return position &+ high.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < bytes.count, bytes[position] < 0x80 {
            position &+= 1
        }
        return position
    }
}
