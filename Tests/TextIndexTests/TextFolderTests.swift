import Testing

@testable import TextIndex

@Suite struct TextFolderTests {
    private func folded(_ text: String) -> String {
        var folder = TextFolder()
        return String(String.UnicodeScalarView(folder.fold(text).compactMap(Unicode.Scalar.init)))
    }

    @Test(
        "What people take for the same is the same",
        arguments: [
            ("STRASSE", "straße"), ("STRASSE", "STRAẞE"), ("ÄPFEL", "a\u{308}pfel"), ("ΌΣΟΣ", "όσος"), ("ΌΣΟΣ", "όσοσ"),
            ("ПРИВЕТ", "привет"), ("ǅ", "ǆ"), ("\u{212A}elvin", "kelvin"), ("\u{212B}", "å"), ("ﬁn", "FIN"),
            ("ＡＢＣ１２", "abc12"), ("ｶﾞｯﾂ", "ガッツ"), ("か\u{3099}", "が"), ("\u{1112}\u{1161}\u{11AB}", "한"),
            ("각", "가\u{11A8}"), ("ſ", "S"), ("İ", "i\u{307}"), ("co\u{AD}operate", "cooperate"), ("❤\u{FE0F}", "❤"),
            ("ԱՐԵՒ", "արեւ"), ("Ꭰ", "ꭰ"), ("ᾼ", "αι"), ("①", "1"), ("e\u{323}\u{302}", "ệ"), ("\u{1E9B}\u{323}", "ṩ"),
        ])
    func same(_ left: String, _ right: String) {
        #expect(Array(folded(left).unicodeScalars) == Array(folded(right).unicodeScalars))
    }

    @Test("Accents, signs and scripts count", arguments: [("e", "é"), ("o", "ö"), ("а", "a"), ("か", "が"), ("1", "l")])
    func different(_ left: String, _ right: String) {
        #expect(folded(left) != folded(right))
    }

    @Test(
        "Folding a folded text changes nothing, wherever letters have case, width or compatibility forms",
        arguments: [
            0...0x33FF, 0xA640...0xA7FF, 0xAB30...0xABFF, 0xF900...0xFFFF, 0x10400...0x104FF, 0x1D400...0x1D7FF,
            0x1E900...0x1E95F, 0x1F100...0x1F2FF,
        ] as [ClosedRange<UInt32>])
    func idempotent(_ range: ClosedRange<UInt32>) {
        var folder = TextFolder()
        let wrong = range.compactMap(Unicode.Scalar.init).filter { scalar in
            let once = folder.fold(String(scalar))
            return once != folder.fold(String(String.UnicodeScalarView(once.compactMap(Unicode.Scalar.init))))
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0.value, radix: 16) })")
    }

    @Test("The same without and with the places, whatever the text")
    func agreement() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let text = RandomText.make(&random, upTo: 30)
            var folder = TextFolder()
            let (scalars, origins) = folder.foldWithOrigins(text)
            #expect(folder.fold(text) == scalars)
            #expect(origins.count == scalars.count)
            #expect(origins.allSatisfy { $0.start < $0.end && $0.end <= text.utf16.count })
        }
    }
}
