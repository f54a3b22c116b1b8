/// Literal text to look for, folded.
package struct TextPattern: Sendable, Hashable {
    package let scalars: [UInt32]

    /// Nil when nothing of the text is left to look for.
    package init?(_ text: String) {
        var folder = TextFolder()
        scalars = folder.fold(text)
        if scalars.isEmpty { return nil }
    }

    /// Where it stands in the text, from left to right, not overlapping: in UTF-16 units, each grown to whole clusters.
    /// At most ``maximumRanges``.
    package func ranges(in text: String, _ folder: inout TextFolder) -> [Range<Int>] {
        guard isFound(in: text, &folder) else { return [] }
        let (folded, origins) = folder.foldWithOrigins(text)
        var ranges: [Range<Int>] = []
        var start = 0
        while ranges.count < Self.maximumRanges, let place = place(in: folded, from: start) {
            let range = Int(origins[place].start)..<Int(origins[place + scalars.count - 1].end)
            // Two matches within one cluster, such as `s` twice in `ß`, are one to the eye.
            if let last = ranges.last, range.lowerBound < last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
            start = place + scalars.count
        }
        return ranges
    }

    package static let maximumRanges = 100

    private func isFound(in text: String, _ folder: inout TextFolder) -> Bool {
        place(in: folder.fold(text), from: 0) != nil
    }

    private func place(in folded: [UInt32], from start: Int) -> Int? {
        folded.withUnsafeBufferPointer { text in
            scalars.withUnsafeBufferPointer { wanted in
                guard text.count >= wanted.count else { return nil }
                var place = start
                while place + wanted.count <= text.count {
                    var length = 0
                    while length < wanted.count, text[place + length] == wanted[length] { length += 1 }
                    if length == wanted.count { return place }
                    place += 1
                }
                return nil
            }
        }
    }
}
