/// Postings as bytes, as they are stored: a directory of grams, and for each the places of its messages.
///
///     u32 number of grams n, u32 bytes of unindexed places
///     n times u32: the grams, ascending
///     n times u32: where the list of each ends, from the first list's start; the highest bit marks a bitmap
///     the unindexed places, then the lists: distances to the place before as LEB128, or a bitmap up to the last place
///
/// Numbers are little-endian. Bytes that are none of this are refused, so that a damaged index hides no message.
package struct PostingTable: Sendable {
    private let bytes: [UInt8]
    private let count: Int
    private let unindexedEnd: Int
    /// Places are below this.
    private static let bitmapMark: UInt32 = 1 << 31

    /// Nil when the bytes are no table.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        self.bytes = bytes
        count = Int(Self.number(bytes, 0))
        let directory = 8 + 8 * count
        unindexedEnd = directory + Int(Self.number(bytes, 4))
        guard directory <= bytes.count, unindexedEnd <= bytes.count else { return nil }
        guard count == 0 || unindexedEnd + end(count - 1) == bytes.count else { return nil }
    }

    /// Adds the places of a gram's messages, and those that are not indexed, each `base` higher.
    /// - Returns: false when the bytes are damaged: then nothing is known of this gram.
    package func insert(_ gram: Gram, base: Int = 0, into set: inout OffsetSet) -> Bool {
        guard decode(8 + 8 * count, unindexedEnd, { set.insert($0 + base) }) else { return false }
        guard let index = index(of: gram) else { return true }
        return decodeList(index) { set.insert($0 + base) }
    }

    /// All that is in it.
    /// - Returns: nil when the bytes are damaged.
    package func postings(base: Int = 0, where isWanted: (Int) -> Bool = { _ in true }, into all: inout Postings)
        -> Bool
    {
        guard decode(8 + 8 * count, unindexedEnd, { if isWanted($0) { all.appendUnindexed($0 + base) } }) else {
            return false
        }
        for index in 0..<count {
            let gram = Gram(hash: Self.number(bytes, 8 + 4 * index))
            guard decodeList(index, { if isWanted($0) { all.append(gram, at: $0 + base) } }) else { return false }
        }
        return true
    }

    private func index(of gram: Gram) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let found = Self.number(bytes, 8 + 4 * middle)
            if found == gram.hash { return middle }
            if found < gram.hash { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private func end(_ index: Int) -> Int {
        Int(Self.number(bytes, 8 + 4 * count + 4 * index) & ~Self.bitmapMark)
    }

    private func decodeList(_ index: Int, _ body: (Int) -> Void) -> Bool {
        let start = unindexedEnd + (index == 0 ? 0 : end(index - 1))
        let stop = unindexedEnd + end(index)
        guard start <= stop, stop <= bytes.count else { return false }
        guard Self.number(bytes, 8 + 4 * count + 4 * index) & Self.bitmapMark != 0 else {
            return decode(start, stop, body)
        }
        for position in start..<stop {
            var byte = bytes[position]
            while byte != 0 {
                body((position - start) * 8 + byte.trailingZeroBitCount)
                byte &= byte - 1
            }
        }
        return true
    }

    private func decode(_ start: Int, _ stop: Int, _ body: (Int) -> Void) -> Bool {
        var (place, distance, shift) = (-1, 0, 0)
        for position in start..<stop {
            distance |= Int(bytes[position] & 0x7F) << shift
            guard bytes[position] & 0x80 != 0 else {
                place += distance + 1
                body(place)
                (distance, shift) = (0, 0)
                continue
            }
            shift += 7
            guard shift <= 21 else { return false }
        }
        return shift == 0
    }

    private static func number(_ bytes: [UInt8], _ position: Int) -> UInt32 {
        bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)) }
    }
}

extension PostingTable {
    /// How many tables a packed segment has.
    package static let bucketCount = 256

    /// In which of a segment's tables a gram stands.
    package static func bucket(of gram: Gram) -> Int {
        Int(gram.hash >> 24)
    }

    /// One table of everything.
    package static func encode(_ postings: Postings) -> [UInt8] {
        var postings = postings
        postings.sort()
        return encode(postings, 0..<postings.grams.count)
    }

    /// ``bucketCount`` tables, each with the grams that begin with its number.
    package static func encodeBuckets(_ postings: Postings) -> [[UInt8]] {
        var postings = postings
        postings.sort()
        var start = 0
        return (0..<bucketCount).map { bucket in
            var stop = start
            while stop < postings.grams.count, Int(postings.grams[stop] >> 24) == bucket { stop += 1 }
            defer { start = stop }
            return encode(postings, start..<stop)
        }
    }

    private static func encode(_ postings: Postings, _ range: Range<Int>) -> [UInt8] {
        var keys: [UInt8] = []
        var ends: [UInt8] = []
        var lists: [UInt8] = []
        var start = range.lowerBound
        var count: UInt32 = 0
        while start < range.upperBound {
            let gram = postings.grams[start]
            var places: [Int] = []
            while start < range.upperBound, postings.grams[start] == gram {
                let place = Int(postings.offsets[start])
                if places.last != place { places.append(place) }
                start += 1
            }
            append(gram, to: &keys)
            let isBitmap = appendList(places, to: &lists)
            append(UInt32(lists.count) | (isBitmap ? bitmapMark : 0), to: &ends)
            count += 1
        }
        var unindexed: [UInt8] = []
        appendDistances(Array(Set(postings.unindexed)).sorted(), to: &unindexed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + keys.count + ends.count + unindexed.count + lists.count)
        append(count, to: &bytes)
        append(UInt32(unindexed.count), to: &bytes)
        bytes += keys
        bytes += ends
        bytes += unindexed
        bytes += lists
        return bytes
    }

    /// In whichever way is shorter.
    private static func appendList(_ places: [Int], to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        appendDistances(places, to: &bytes)
        let bitmapLength = (places.last ?? 0) / 8 + 1
        guard bytes.count - start > bitmapLength else { return false }
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: repeatElement(0, count: bitmapLength))
        for place in places { bytes[start + place / 8] |= 1 << UInt8(place % 8) }
        return true
    }

    private static func appendDistances(_ places: [Int], to bytes: inout [UInt8]) {
        var last = -1
        for place in places {
            var distance = place - last - 1
            while distance >= 0x80 {
                bytes.append(UInt8(distance & 0x7F | 0x80))
                distance >>= 7
            }
            bytes.append(UInt8(distance))
            last = place
        }
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
