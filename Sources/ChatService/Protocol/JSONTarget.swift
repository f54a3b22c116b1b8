/// Memory for one piece of a text, filled from the front. Whoever makes one announces how long the piece can be; a longer
/// one is a mistake of the program and traps rather than write beyond.
struct JSONTarget {
    private let bytes: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    @inline(__always)
    init(_ bytes: UnsafeMutableRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next `count` bytes, to be filled by the caller.
    @inline(__always)
    mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
        precondition(count <= bytes.count - self.count, "a piece is longer than announced")
        defer { self.count += count }
        return UnsafeMutableRawBufferPointer(rebasing: bytes[self.count..<self.count + count])
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        take(1)[0] = byte
    }

    @inline(__always)
    mutating func put(_ text: UnsafeRawBufferPointer) {
        take(text.count).copyMemory(from: text)
    }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(decimal value: UInt64) {
        var digits = 1
        var rest = value
        while rest >= 10 {
            digits += 1
            rest /= 10
        }
        let target = take(digits)
        rest = value
        for index in (0..<digits).reversed() {
            target[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// The lowest `digits` digits, in lower case.
    mutating func put(hexadecimal value: UInt64, digits: Int) {
        let target = take(digits)
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * (digits - 1 - index)) & 0xF)
            target[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
