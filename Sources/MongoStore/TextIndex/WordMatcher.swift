/// Looks for any number of words in a text at once, in time that grows with the text alone (Aho, Corasick, *Efficient
/// String Matching*, 1975). Texts and words are folded, so that case, width and invisible characters hide nothing.
///
/// A word counts where it stands by itself: `ass` is not found in `class`. Scripts that put no space between words have no
/// such edges.
package struct WordMatcher: Sendable {
    /// A word that was found: which, and where, in UTF-16 units of the text, grown to whole clusters.
    package struct Match: Hashable, Sendable {
        package var word: Int
        package var range: Range<Int>
    }

    private struct Node {
        var next: [UInt32: Int] = [:]
        /// Where the longest other beginning of a word is that the text read so far ends with.
        var fallback = 0
        /// The words that end here.
        var words: [Int] = []
        /// The next on the way of fallbacks at which a word ends; 0: none.
        var shorter = 0
    }

    private var nodes = [Node()]
    private var lengths: [Int] = []

    /// - Parameter words: one that is empty once folded is found nowhere.
    package init(_ words: [String]) {
        var folder = TextFolder()
        for (index, word) in words.enumerated() {
            let scalars = folder.fold(word)
            lengths.append(scalars.count)
            guard !scalars.isEmpty else { continue }
            var place = 0
            for scalar in scalars {
                if let next = nodes[place].next[scalar] {
                    place = next
                } else {
                    nodes.append(Node())
                    nodes[place].next[scalar] = nodes.count - 1
                    place = nodes.count - 1
                }
            }
            nodes[place].words.append(index)
        }
        link()
    }

    /// Breadth first, so that every fallback is complete before it is used.
    private mutating func link() {
        var queue = Array(nodes[0].next.values)
        var first = 0
        while first < queue.count {
            let place = queue[first]
            first += 1
            for (scalar, child) in nodes[place].next {
                let fallback = step(from: nodes[place].fallback, scalar)
                nodes[child].fallback = fallback
                nodes[child].shorter = nodes[fallback].words.isEmpty ? nodes[fallback].shorter : fallback
                queue.append(child)
            }
        }
    }

    private func step(from place: Int, _ scalar: UInt32) -> Int {
        var place = place
        while true {
            if let next = nodes[place].next[scalar] { return next }
            guard place != 0 else { return 0 }
            place = nodes[place].fallback
        }
    }

    /// The words in a text, by where they end.
    package func matches(in text: String) -> [Match] {
        guard nodes.count > 1 else { return [] }
        var folder = TextFolder()
        let (scalars, origins) = folder.foldWithOrigins(text)
        var matches: [Match] = []
        var place = 0
        for (index, scalar) in scalars.enumerated() {
            place = step(from: place, scalar)
            var ending = nodes[place].words.isEmpty ? nodes[place].shorter : place
            while ending != 0 {
                for word in nodes[ending].words {
                    let start = index + 1 - lengths[word]
                    guard Self.isWhole(start...index, scalars) else { continue }
                    matches.append(
                        Match(word: word, range: Int(origins[start].start)..<Int(origins[index].end)))
                }
                ending = nodes[ending].shorter
            }
        }
        return matches
    }

    private static func isWhole(_ range: ClosedRange<Int>, _ scalars: [UInt32]) -> Bool {
        if range.lowerBound > 0, joins(scalars[range.lowerBound - 1], scalars[range.lowerBound]) { return false }
        if range.upperBound + 1 < scalars.count, joins(scalars[range.upperBound], scalars[range.upperBound + 1]) {
            return false
        }
        return true
    }

    private static func joins(_ left: UInt32, _ right: UInt32) -> Bool { isOfWord(left) && isOfWord(right) }

    /// Letters and digits of scripts with spaces between words. Thai, Lao, Burmese, Khmer, and from U+2E80 on the East Asian
    /// ones have none.
    private static func isOfWord(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...: return false
        default:
            guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
            return properties.isAlphabetic || properties.numericType != nil
        }
    }
}
