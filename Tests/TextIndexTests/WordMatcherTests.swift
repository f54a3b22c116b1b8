import Testing

@testable import TextIndex

@Suite("Many words looked for at once")
struct WordMatcherTests {
    private func found(_ words: [String], _ text: String) -> [String] {
        let units = Array(text.utf16)
        return WordMatcher(words).matches(in: text).map { match in
            String(decoding: units[match.range], as: UTF16.self)
        }
    }

    @Test("Words are found in any case, width and composition, and with invisible characters within")
    func folded() {
        let words = ["darn", "größe", "тьфу"]
        #expect(found(words, "DARN it, Darn") == ["DARN", "Darn"])
        #expect(found(words, "da\u{200B}rn da\u{00AD}rn").count == 2)
        #expect(found(words, "ＤＡＲＮ") == ["ＤＡＲＮ"])
        #expect(found(words, "GRÖSSE, gro\u{308}ße") == ["GRÖSSE", "gro\u{308}ße"])
        #expect(found(words, "ТЬФУ!") == ["ТЬФУ"])
    }

    @Test("A word within a word is none, but next to marks it is")
    func whole() {
        #expect(found(["ass"], "class pass assume bass").isEmpty)
        #expect(found(["ass"], "ass! (ass) ass-hat \"ass\"").count == 4)
        #expect(found(["馬鹿"], "お前は馬鹿だ") == ["馬鹿"])
    }

    @Test("Words that overlap or hold each other are all found")
    func overlapping() {
        #expect(found(["a b", "b c", "b"], "a b c") == ["a b", "b", "b c"])
        #expect(found(["he", "she", "hers", "his"], "she said hers is his") == ["she", "hers", "his"])
    }

    @Test("Empty words and texts find nothing")
    func empty() {
        #expect(found(["", "\u{200B}"], "anything").isEmpty)
        #expect(found(["x"], "").isEmpty)
        #expect(found([], "x").isEmpty)
    }

    @Test("It finds what looking for each word by itself finds")
    func againstOneByOne() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            func word(_ length: Int) -> String {
                String((0..<length).map { _ in "ab c".randomElement(using: &generator) ?? "a" })
            }
            let words = (0..<5).map { _ in word(Int.random(in: 1...4, using: &generator)) }
            let text = word(40)
            let all = WordMatcher(words).matches(in: text)
            let single = words.enumerated().flatMap { index, word in
                WordMatcher([word]).matches(in: text).map { WordMatcher.Match(word: index, range: $0.range) }
            }
            #expect(Set(all) == Set(single))
        }
    }

    @Test("The worst text takes time that grows with its length alone")
    func linear() {
        let words = (1...500).map { String(repeating: "a", count: min($0, 64)) + "b" }
        let matcher = WordMatcher(words)
        let start = ContinuousClock.now
        #expect(matcher.matches(in: String(repeating: "a", count: 8_000)).isEmpty)
        #expect(start.duration(to: .now) < .seconds(2))
    }
}
