import Testing

@testable import Auth

@Suite struct DisplayNameTests {
    @Test func `control characters, line ends and overrides are taken out`() {
        #expect(DisplayName.cleaned("A\u{1b}[31md\na\u{0}") == "A[31mda")
        #expect(DisplayName.cleaned("a\u{202E}b\u{2066}c\u{200F}") == "abc")
        #expect(DisplayName.cleaned("a\u{2028}b\u{85}c") == "abc")
    }

    @Test func `space at the ends is taken off, inside it stays`() {
        #expect(DisplayName.cleaned("  Ada  Lovelace \t") == "Ada  Lovelace")
    }

    @Test(arguments: ["", " ", "\n\n", "\u{0}", "\u{3000}\u{A0}"])
    func `nothing left is no name`(text: String) {
        #expect(DisplayName.cleaned(text) == nil)
    }

    @Test func `a long name is cut at a whole character`() {
        #expect(DisplayName.cleaned(String(repeating: "x", count: 1_000)) == String(repeating: "x", count: 64))
        let family = "👨‍👩‍👧‍👦"
        let cut = DisplayName.cleaned(String(repeating: family, count: 100))
        #expect(cut == String(repeating: family, count: 256 / family.utf8.count))
    }

    @Test func `one character of endless accents does not pass`() {
        let zalgo = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(DisplayName.cleaned("Ada " + zalgo) == "Ada")
        #expect(DisplayName.cleaned(zalgo) == nil)
    }

    @Test func `names of other scripts stay as they are`() {
        for name in ["Åsa", "山田太郎", "محمد", "Ελένη", "O'Brien-Łukasz"] {
            #expect(DisplayName.cleaned(name) == name)
        }
    }
}
