import Testing

@testable import ChatClient

@Suite struct KeyDecoderTests {
    func decode(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.decode(text.utf8)
    }

    @Test func `text of any script becomes characters`() {
        #expect(decode("aé山🙂") == [.character("a"), .character("é"), .character("山"), .character("🙂")])
    }

    @Test func `every split of the bytes gives the same keys`() {
        let bytes = Array("é🙂\u{1b}[A\u{1b}[3~\u{1b}[200~p\u{1b}[201~x\u{1b}b\r".utf8)
        let whole = decode(String(decoding: bytes, as: UTF8.self))
        #expect(
            whole == [
                .character("é"), .character("🙂"), .up, .delete, .pasted("p"), .character("x"), .wordLeft, .enter,
            ])
        for split in 1..<bytes.count {
            var decoder = KeyDecoder()
            #expect(decoder.decode(bytes[..<split]) + decoder.decode(bytes[split...]) == whole)
        }
    }

    @Test func `control characters are keys, unknown ones nothing`() {
        #expect(
            decode("\u{1}\u{5}\u{15}\u{17}\u{b}\u{7f}\u{8}\u{3}\u{4}\u{c}\u{1a}\n\r\u{0}\u{7}") == [
                .home, .end, .deleteToStart, .deleteWord, .deleteToEnd, .backspace, .backspace, .interrupt, .endOfFile,
                .redraw, .suspend, .enter, .enter,
            ])
    }

    @Test func `unknown sequences are passed over whole`() {
        #expect(decode("\u{1b}[38;5;1m\u{1b}[?1;2c\u{1b}OPa") == [.character("a")])
    }

    @Test func `broken UTF-8 does not swallow what follows`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0xC3, 0x61]) == [.character("a")])
        #expect(decoder.decode([0xFF, 0x80, 0x62]) == [.character("b")])
        #expect(decoder.decode([0xE2, 0x82, 0xC3, 0xA9]) == [.character("é")])
        #expect(decoder.decode([0xED, 0xA0, 0x80, 0x63]) == [.character("c")])
    }

    @Test func `line ends inside a paste are not Enter`() {
        #expect(decode("\u{1b}[200~a\nb\u{1b}[Ac\u{1b}[201~") == [.pasted("a\nb\u{1b}[Ac")])
    }

    @Test func `an endless paste is cut`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1b}[200~".utf8) == [])
        for _ in 0..<50 { #expect(decoder.decode([UInt8](repeating: 0x78, count: 10_000)) == []) }
        guard case .pasted(let text)? = decoder.decode("\u{1b}[201~".utf8).first else {
            Issue.record("the paste did not end")
            return
        }
        #expect(text.utf8.count <= KeyDecoder.maximumPasteBytes + 64)
    }

    @Test func `random bytes never trap`() {
        var decoder = KeyDecoder()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let low = UInt8.random(in: 0...255, using: &generator)
            _ = decoder.decode([low % 4 == 0 ? 0x1B : low, 0x5B, low])
        }
    }
}
