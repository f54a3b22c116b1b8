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

    /// - Parameter bytes: the name without escapes.
    init(_ bytes: UnsafeRawBufferPointer, at name: JSONValue) {
        self.name = name
        self.count = bytes.count
        self.words = Self.pack(bytes)
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
