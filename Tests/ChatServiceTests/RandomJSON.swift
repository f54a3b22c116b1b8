/// JSON texts at random, with all that the grammar allows, and the same with something broken.
struct RandomJSON<Dice: RandomNumberGenerator> {
    private(set) var dice: Dice
    private var text: [UInt8] = []

    init(_ dice: Dice) {
        self.dice = dice
    }

    /// A valid text.
    mutating func next() -> [UInt8] {
        text = []
        value(depth: 0)
        return text
    }

    /// A text with one to three changes: bytes cut, doubled, swapped, flipped in a bit, or pieces of JSON put in.
    mutating func nextBroken() -> [UInt8] {
        var text = next()
        for _ in 0..<roll(1...3) {
            guard !text.isEmpty else { break }
            let position = roll(0...text.count - 1)
            switch roll(0...5) {
            case 0: text.removeSubrange(position...)
            case 1: text.removeSubrange(position..<min(position + roll(1...4), text.count))
            case 2: text.insert(contentsOf: text[position..<min(position + roll(1...8), text.count)], at: position)
            case 3: text.swapAt(position, roll(0...text.count - 1))
            case 4: text[position] ^= 1 << roll(0...7)
            default: text.insert(contentsOf: Self.pieces[roll(0...Self.pieces.count - 1)], at: position)
            }
        }
        return text
    }

    private static var pieces: [[UInt8]] {
        let texts = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\x", "/", "0",
            "-",
            "+", ".", "e", "E9", "true", "nul", " ", "\n", "\t", "\u{b}", "\u{0}", "\u{1f}", "\u{7f}", "\u{a0}", "é",
            "\u{FEFF}", "NaN", "1e999", "//", "'", "\"a\":", ",\"\":0",
        ]
        let bytes: [[UInt8]] = [[0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]
        return texts.map { Array($0.utf8) } + bytes
    }

    private mutating func roll(_ range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &dice)
    }

    private mutating func put(_ string: String) {
        text += Array(string.utf8)
    }

    private mutating func space() {
        for _ in 0..<max(0, roll(-6...3)) { put([" ", "\n", "\r", "\t"][roll(0...3)]) }
    }

    private mutating func value(depth: Int) {
        space()
        switch roll(0...(depth < 5 ? 9 : 6)) {
        case 0: put("null")
        case 1: put("true")
        case 2: put("false")
        case 3, 4: number()
        case 5, 6: string()
        case 7: list("[", "]") { $0.value(depth: depth + 1) }
        default:
            list("{", "}") {
                $0.space()
                $0.string()
                $0.space()
                $0.put(":")
                $0.value(depth: depth + 1)
            }
        }
        space()
    }

    private mutating func list(_ open: String, _ close: String, _ entry: (inout Self) -> Void) {
        put(open)
        for index in 0..<roll(0...4) {
            if index > 0 { put(",") }
            entry(&self)
        }
        space()
        put(close)
    }

    private mutating func number() {
        if roll(0...2) == 0 { put("-") }
        switch roll(0...6) {
        case 0: put("0")
        case 1: put(["9223372036854775807", "9223372036854775808", "9223372036854775809"][roll(0...2)])
        default: put(String(UInt64.random(in: 1 ... .max, using: &dice) >> UInt64(roll(0...63)) | 1))
        }
        if roll(0...2) == 0 { put(".\(String(repeating: "0", count: roll(0...3)))\(roll(0...99_999))") }
        if roll(0...3) == 0 { put(["e", "E", "e+", "E-", "e-"][roll(0...4)] + "\(roll(0...roll(1...330)))") }
    }

    private mutating func string() {
        put("\"")
        for scalar in RandomText.make(roll(0...roll(0...30)), using: &dice).unicodeScalars {
            switch scalar {
            case "\"", "\\": put("\\\(scalar)")
            case "\n" where roll(0...1) == 0: put("\\n")
            case "\u{8}" where roll(0...1) == 0: put("\\b")
            case "/" where roll(0...1) == 0: put("\\/")
            case _ where scalar.value < 0x20 || roll(0...7) == 0:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: roll(0...1) == 0)
                    put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
                }
            default: put(roll(0...2) == 0 ? String(scalar) : ["a", "b", "type", "content"][roll(0...3)])
            }
        }
        put("\"")
    }
}
