import Testing

@testable import TextIndex

@Suite struct TextPatternTests {
    private func found(_ pattern: String, in text: String) -> [String] {
        var folder = TextFolder()
        let units = Array(text.utf16)
        return TextPattern(pattern)?.ranges(in: text, &folder).map { String(decoding: units[$0], as: UTF16.self) } ?? []
    }

    @Test("A match is the part of the original that a reader sees")
    func ranges() {
        #expect(found("hello", in: "Hello, HELLO") == ["Hello", "HELLO"])
        #expect(found("strasse", in: "die Straße hier") == ["Straße"])
        #expect(found("STRASSE", in: "STRAẞE") == ["STRAẞE"])
        #expect(found("café", in: "un cafe\u{301} noir") == ["cafe\u{301}"])
        #expect(found("世界", in: "👋 你好，世界！") == ["世界"])
        #expect(found("👋", in: "a 👋🏽 b") == ["👋🏽"] || found("👋", in: "a 👋🏽 b") == ["👋"])
        #expect(found("s", in: "ß") == ["ß"])
        #expect(found("aa", in: "aaaaa") == ["aa", "aa"])
        #expect(found("e", in: "é e\u{301}") == [])
        #expect(found("\r\n", in: "a\r\nb") == ["\r\n"])
        #expect(found("i", in: "Iİ").first == "I")
    }

    @Test("Places are UTF-16 units, as JavaScript counts them")
    func units() throws {
        var folder = TextFolder()
        let ranges = try #require(TextPattern("wörld")).ranges(in: "👋👋 WO\u{308}RLD", &folder)
        #expect(ranges == [5..<11])
    }

    @Test("What folds to nothing is no pattern", arguments: ["", "\u{200D}", "\u{FE0F}\u{AD}"])
    func nothing(_ text: String) {
        #expect(TextPattern(text) == nil)
    }

    @Test("The number of ranges is bounded")
    func bounded() throws {
        var folder = TextFolder()
        let text = String(repeating: "x", count: 8_000)
        #expect(try #require(TextPattern("x")).ranges(in: text, &folder).count == TextPattern.maximumRanges)
    }

    /// What the index rests on.
    @Test("A text in which a pattern is found has all grams of the pattern")
    func grams() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var matches = 0
        for _ in 0..<3_000 {
            let part = RandomText.make(&random, upTo: 4)
            let text = RandomText.make(&random, upTo: 6) + part + RandomText.make(&random, upTo: 6)
            var folder = TextFolder()
            guard let pattern = TextPattern(part), !pattern.ranges(in: text, &folder).isEmpty else { continue }
            matches += 1
            var grams: Set<Gram> = []
            Gram.forEach(in: folder.fold(text)) { grams.insert($0) }
            #expect(Gram.ofPattern(pattern.scalars).allSatisfy(grams.contains), "\(part.debugDescription)")
        }
        #expect(matches > 1_000)
    }
}
