/// Finds `@names` in a text, but for those in code: between backticks, and in fenced blocks (CommonMark 0.31, sections
/// 4.5 and 6.1, without the rules about lists and quotes). Takes time in proportion to the text.
package struct MentionScan: Hashable, Sendable {
    /// Names in one message; what comes behind them is not looked at.
    package static let maximumNames = 50
    package static let maximumNameBytes = 128

    /// As written, each once without regard to case, in the order of the text.
    package private(set) var names: [String] = []
    package private(set) var everyone: Mentions.Everyone?

    package init(_ text: String) {
        // Most messages have none, and one look at the bytes says so.
        guard text.utf8.contains(UInt8(ascii: "@")) else { return }
        var fence: (mark: Character, length: Int)?
        var open: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let mark = Self.fenceMark(line) {
                if let begun = fence {
                    if mark.mark == begun.mark, mark.length >= begun.length, mark.isBare { fence = nil }
                    continue
                }
                // Backticks behind a fence of backticks make it inline code.
                if mark.mark == "~" || !mark.hasBackticksBehind {
                    fence = (mark.mark, mark.length)
                    scan(open)
                    open = []
                    continue
                }
            }
            if fence == nil { open.append(line) }
        }
        scan(open)
    }

    private struct FenceMark {
        var mark: Character
        var length: Int
        /// Nothing stands behind it.
        var isBare: Bool
        var hasBackticksBehind: Bool
    }

    private static func fenceMark(_ line: Substring) -> FenceMark? {
        let indented = line.prefix { $0 == " " }
        guard indented.utf8.count <= 3 else { return nil }
        let rest = line[indented.endIndex...]
        guard let mark = rest.first, mark == "`" || mark == "~" else { return nil }
        let run = rest.prefix { $0 == mark }
        guard run.utf8.count >= 3 else { return nil }
        let behind = rest[run.endIndex...]
        return FenceMark(
            mark: mark, length: run.utf8.count, isBare: behind.allSatisfy(\.isWhitespace),
            hasBackticksBehind: behind.contains("`"))
    }

    /// Lines that stand together outside of fences.
    private mutating func scan(_ lines: [Substring]) {
        guard lines.contains(where: { $0.utf8.contains(UInt8(ascii: "@")) }) else { return }
        let scalars = Array(lines.joined(separator: "\n").unicodeScalars)
        let runs = Self.backtickRuns(scalars)
        var closing: [Int: Int] = [:]
        // The next run of the same length closes; found from the end, so that each is looked at once.
        var closers = [Int?](repeating: nil, count: runs.count)
        for index in runs.indices.reversed() {
            closers[index] = closing[runs[index].count]
            closing[runs[index].count] = index
        }
        var position = 0
        var index = 0
        while index < runs.count {
            scanPlain(scalars, position..<runs[index].lowerBound)
            if let closer = closers[index] { index = closer }
            position = runs[index].upperBound
            index += 1
        }
        scanPlain(scalars, position..<scalars.count)
    }

    private static func backtickRuns(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in scalars.indices where scalars[index] == "`" {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    private mutating func scanPlain(_ scalars: [Unicode.Scalar], _ range: Range<Int>) {
        var position = range.lowerBound
        while position < range.upperBound {
            defer { position += 1 }
            guard scalars[position] == "@" else { continue }
            if position > range.lowerBound, !Self.mayStandBefore(scalars[position - 1]) { continue }
            var end = position + 1
            while end < range.upperBound, Self.isNamePart(scalars[end]) { end += 1 }
            let next = end
            // A full stop or dash at the end belongs to the sentence.
            while end > position + 1, [".", "-"].contains(scalars[end - 1]) { end -= 1 }
            // An address continues behind a second @.
            if end > position + 1, next >= range.upperBound || scalars[next] != "@" {
                add(String(String.UnicodeScalarView(scalars[position + 1..<end])))
            }
            position = next - 1
        }
    }

    private mutating func add(_ name: String) {
        let folded = name.lowercased()
        switch folded {
        case "room":
            everyone = .room
        case "here":
            everyone = everyone ?? .here
        default:
            guard names.count < Self.maximumNames, name.utf8.count <= Self.maximumNameBytes,
                !names.contains(where: { $0.lowercased() == folded })
            else { return }
            names.append(name)
        }
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": return true
            default: return false
            }
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.isGraphemeExtend
    }

    /// Not within a word, an address of mail or the web, or behind a backslash.
    private static func mayStandBefore(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "_", "-", ".", "@", "/", "\\", "+", "&", "=": false
        default: !isNamePart(scalar)
        }
    }
}
