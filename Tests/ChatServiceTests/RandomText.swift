/// Texts of all of Unicode, with what parsers stumble over more often than chance would have it.
enum RandomText {
    private static let awkward: [Unicode.Scalar] = [
        "\"", "\\", "/", "\u{0}", "\u{1}", "\u{8}", "\u{9}", "\u{A}", "\u{C}", "\u{D}", "\u{1F}", "\u{20}", "\u{7F}",
        "\u{80}", "\u{7FF}", "\u{800}", "\u{2028}", "\u{2029}", "\u{D7FF}", "\u{E000}", "\u{FEFF}", "\u{FFFD}",
        "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\u{301}", "u", "{", "}", "[", "]", ",", ":",
    ]

    static func make(_ count: Int, using dice: inout some RandomNumberGenerator) -> String {
        var text = String.UnicodeScalarView()
        while text.count < count {
            if Bool.random(using: &dice), let scalar = awkward.randomElement(using: &dice) {
                text.append(scalar)
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &dice)) {
                text.append(scalar)
            }
        }
        return String(text)
    }
}
