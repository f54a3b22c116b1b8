import Chat
import TextIndex

/// A room's word filter, made ready for use.
struct WordFilter: Sendable {
    /// What became of a text.
    struct Verdict: Hashable, Sendable {
        var content: String
        /// The words for which the moderators are to look at it.
        var flagged: [String] = []
    }

    let rules: [WordRule]
    private let matcher: WordMatcher

    /// Nil when there is nothing to look for.
    init?(_ rules: [WordRule]) {
        guard !rules.isEmpty else { return nil }
        self.rules = rules
        matcher = WordMatcher(rules.map(\.word))
    }

    /// - Throws: `filtered` for a text with a word that is not let through.
    func check(_ content: String) throws(ChatError) -> Verdict {
        let matches = matcher.matches(in: content)
        var verdict = Verdict(content: content)
        var masked: [Range<Int>] = []
        for match in matches {
            let rule = rules[match.word]
            switch rule.action {
            case .block: throw ChatError(.filtered, "the room's word filter does not let this through")
            case .mask: masked.append(match.range)
            case .flag: if !verdict.flagged.contains(rule.word) { verdict.flagged.append(rule.word) }
            }
        }
        if !masked.isEmpty { verdict.content = Self.masking(masked, in: content) }
        return verdict
    }

    /// Puts an asterisk in the place of each character.
    private static func masking(_ ranges: [Range<Int>], in content: String) -> String {
        let units = Array(content.utf16)
        var isMasked = Array(repeating: false, count: units.count)
        for range in ranges {
            for place in range.clamped(to: 0..<units.count) { isMasked[place] = true }
        }
        var result = ""
        var place = 0
        for character in content {
            result.append(isMasked[place] ? "*" : character)
            place += character.utf16.count
        }
        return result
    }
}
