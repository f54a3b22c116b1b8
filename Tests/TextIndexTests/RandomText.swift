/// Text of many scripts, with what is hard to fold.
enum RandomText {
    private static let pieces: [String] = [
        "a", "B", "c", "Z", " ", ".", "1", "the", "é", "e\u{301}", "ß", "ẞ", "İ", "ı", "ﬁ", "Σ", "ς", "中", "文", "猫",
        "か",
        "か\u{3099}", "ｶﾞ", "Ａ", "한", "\u{1112}\u{1161}", "👋", "👋🏽", "👩‍💻", "❤️", "\u{301}", "\u{200D}", "\u{FE0F}", "\r\n",
        "ệ",
        "नि", "ไทย", "م", "\u{0}", "𝔘", "①", "㎏",
    ]

    static func make(_ random: inout some RandomNumberGenerator, upTo length: Int) -> String {
        (0..<Int.random(in: 0...length, using: &random)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &random)]
        }.joined()
    }
}
