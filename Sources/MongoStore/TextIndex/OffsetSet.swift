/// Some of the messages of one segment, by their place in it: a bitmap of 2 KiB.
package struct OffsetSet: Sendable, Hashable {
    package static let capacity = 16_384
    private static let wordCount = capacity / 64

    private var words: [UInt64]

    package init() {
        words = Array(repeating: 0, count: Self.wordCount)
    }

    /// All places in a range.
    package init(_ range: Range<Int>) {
        self.init()
        for offset in range { insert(offset) }
    }

    /// Places from ``capacity`` on are passed over.
    package mutating func insert(_ offset: Int) {
        guard 0..<Self.capacity ~= offset else { return }
        words[offset >> 6] |= 1 << UInt64(offset & 63)
    }

    package func contains(_ offset: Int) -> Bool {
        0..<Self.capacity ~= offset && words[offset >> 6] & 1 << UInt64(offset & 63) != 0
    }

    package mutating func formIntersection(_ other: OffsetSet) {
        for index in 0..<Self.wordCount { words[index] &= other.words[index] }
    }

    package mutating func formUnion(_ other: OffsetSet) {
        for index in 0..<Self.wordCount { words[index] |= other.words[index] }
    }

    package var isEmpty: Bool {
        words.allSatisfy { $0 == 0 }
    }

    /// From the highest to the lowest.
    package var descending: [Int] {
        var offsets: [Int] = []
        for index in stride(from: Self.wordCount - 1, through: 0, by: -1) {
            var word = words[index]
            while word != 0 {
                let bit = 63 - word.leadingZeroBitCount
                offsets.append(index << 6 + bit)
                word &= ~(1 << UInt64(bit))
            }
        }
        return offsets
    }
}
