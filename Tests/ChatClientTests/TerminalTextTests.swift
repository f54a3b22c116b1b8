import Testing

@testable import ChatClient

@Suite struct TerminalTextTests {
    @Test func `control characters of others show and do not act`() {
        #expect(TerminalText.neutralized("\u{1b}[2J\u{7}\u{0}\u{7f}") == "␛[2J␇␀␡")
        #expect(TerminalText.neutralized("\u{9b}31m\u{9d}0;x") == "\u{FFFD}31m\u{FFFD}0;x")
        #expect(TerminalText.neutralized("\u{202E}abc\u{2066}") == "\u{FFFD}abc\u{FFFD}")
    }

    @Test func `line ends become what the caller wants, each one once`() {
        #expect(TerminalText.neutralized("a\r\nb\rc\nd\u{2028}e\u{85}f", lineEnd: "|") == "a|b|c|d|e|f")
        #expect(TerminalText.neutralized("a\tb") == "a b")
    }

    @Test func `text of people stays`() {
        for text in ["Grüße 山 👨‍👩‍👧 e\u{301}", "", "https://example.org/?a=b"] {
            #expect(TerminalText.neutralized(text) == text)
        }
    }

    @Test func `no scalar below U+0100 that controls a terminal is left`() {
        for value in UInt32(0)..<0x100 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let result = TerminalText.neutralized("x\(Character(scalar))y", lineEnd: "|")
            #expect(!result.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("山", 2), ("ｆ", 2), ("한", 2), ("🙂", 2), ("👨‍👩‍👧", 2), ("❤️", 2),
        ("⏎", 1),
        ("\u{200B}", 0),
    ])
    func `the width of text is that of a terminal`(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func `a beginning never breaks a wide character`() {
        #expect(DisplayWidth.prefix("a山b", columns: 2) == "a")
        #expect(DisplayWidth.prefix("a山b", columns: 3) == "a山")
        #expect(DisplayWidth.prefix("abc", columns: 0) == "")
    }

    @Test func `a timestamp is read, anything else is none`() {
        let time = LocalTime(timestamp: "2026-11-23T07:32:19.004Z")
        #expect(time == LocalTime(seconds: 1_795_419_139))
        #expect(LocalTime(timestamp: "2026-11-23T07:32:19Z") == time)
        for text in ["", "2026-11-23", "2026-11-23 07:32:19Z", "x026-11-23T07:32:19Z", "2026-11-23T07:32:19+01:00"] {
            #expect(LocalTime(timestamp: text) == nil)
        }
    }
}
