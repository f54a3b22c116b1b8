/// Which messages of a segment have which grams, while an index is being made: pairs of a gram and a place.
package struct Postings: Sendable {
    /// Grams that 512 messages may have together, not each once. The longest messages beyond that are not indexed but
    /// always looked at, so that nobody's messages can make an index too large.
    package static let budget = 250_000
    static let budgetedMessages = 512

    private(set) var grams: [UInt32] = []
    private(set) var offsets: [UInt16] = []
    /// Messages that count as having every gram.
    package private(set) var unindexed: [Int] = []
    private var isSorted = true

    package init() {}

    package var isEmpty: Bool { grams.isEmpty && unindexed.isEmpty }

    package mutating func append(_ gram: Gram, at offset: Int) {
        grams.append(gram.hash)
        offsets.append(UInt16(truncatingIfNeeded: offset))
        isSorted = false
    }

    package mutating func appendUnindexed(_ offset: Int) {
        unindexed.append(offset)
    }

    /// Adds what the messages have, the longest ones as unindexed when they are too much together.
    package mutating func append(_ messages: [(offset: Int, grams: [Gram])]) {
        for start in stride(from: 0, to: messages.count, by: Self.budgetedMessages) {
            var left = Self.budget
            let part = messages[start..<min(start + Self.budgetedMessages, messages.count)]
            for message in part.sorted(by: { $0.grams.count < $1.grams.count }) {
                left -= message.grams.count
                guard left >= 0 else {
                    appendUnindexed(message.offset)
                    continue
                }
                for gram in message.grams { append(gram, at: message.offset) }
            }
        }
    }

    /// By gram, then by place.
    mutating func sort() {
        guard !isSorted else { return }
        for shift in [0, 8] as [UInt32] { pass { _, offset in Int(offset) >> Int(shift) & 0xFF } }
        for shift in [0, 8, 16, 24] as [UInt32] { pass { gram, _ in Int(gram >> shift & 0xFF) } }
        isSorted = true
    }

    /// One pass of a radix sort by the least significant digit first: stable, so the passes add up.
    private mutating func pass(_ digit: (UInt32, UInt16) -> Int) {
        var places = [Int](repeating: 0, count: 257)
        for index in grams.indices { places[digit(grams[index], offsets[index]) + 1] += 1 }
        for index in 1...256 { places[index] += places[index - 1] }
        var sortedGrams = [UInt32](repeating: 0, count: grams.count)
        var sortedOffsets = [UInt16](repeating: 0, count: grams.count)
        for index in grams.indices {
            let value = digit(grams[index], offsets[index])
            sortedGrams[places[value]] = grams[index]
            sortedOffsets[places[value]] = offsets[index]
            places[value] += 1
        }
        grams = sortedGrams
        offsets = sortedOffsets
    }
}
