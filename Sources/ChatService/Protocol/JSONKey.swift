/// The name of an object's field, to be compared with names that the program knows:
///
///     switch key {
///     case "content": …
///     }
///
/// A name of up to 16 bytes is held in two words, so comparing makes no string. Longer ones are equal to no known name.
package struct JSONKey: Hashable, Sendable {
    /// Where the name stands, for those who want its text.
    package let name: JSONValue
    private let count: Int
    private let words: Words

    /// Up to 16 bytes, the first one lowest, filled up with zeros.
    private struct Words: Hashable, Sendable {
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    /// The most bytes that a known name may have.
    package static let maximumCount = 16

    /// - Parameters:
    ///   - text: holds the name, without escapes, in `range`, which is within it.
    ///   - name: the name as it stands in the JSON text.
    init(_ text: UnsafeRawBufferPointer, _ range: Range<Int>, name: JSONValue) {
        self.name = name
        count = range.count
        if range.lowerBound + Self.maximumCount <= text.count {
            words = Self.load(text, from: range.lowerBound, count: range.count)
        } else {
            words = Self.pack(UnsafeRawBufferPointer(rebasing: text[range]))
        }
    }

    @inline(__always)
    package static func ~= (known: StaticString, key: JSONKey) -> Bool {
        key.matches(known)
    }

    @inline(__always)
    func matches(_ known: StaticString) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: known.utf8Start, count: known.utf8CodeUnitCount)
        assert(bytes.count <= Self.maximumCount, "too long for a known name")
        return count == bytes.count && count <= Self.maximumCount && words == Self.pack(bytes)
    }

    /// The same as ``pack(_:)``, where 16 bytes may be read whatever belongs to the name.
    private static func load(_ text: UnsafeRawBufferPointer, from start: Int, count: Int) -> Words {
        func word(_ offset: Int, _ count: Int) -> UInt64 {
            let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self))
            // A shift by 64 gives 0, and so a mask of all bits.
            return word & (1 << UInt64(8 * min(max(count, 0), 8)) &- 1)
        }
        return Words(low: word(0, count), high: word(8, count - 8))
    }

    @inline(__always)
    private static func pack(_ bytes: UnsafeRawBufferPointer) -> Words {
        var words = Words()
        for index in 0..<min(bytes.count, maximumCount) {
            if index < 8 {
                words.low |= UInt64(bytes[index]) << UInt64(8 * index)
            } else {
                words.high |= UInt64(bytes[index]) << UInt64(8 * (index - 8))
            }
        }
        return words
    }
}
