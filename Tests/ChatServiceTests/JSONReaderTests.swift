@testable import ChatService
import Testing

@Suite struct JSONReaderTests {
    private func tree(_ text: String) throws(JSONError) -> JSONTree {
        try JSONTree(ours: Array(text.utf8))
    }

    private func error(_ text: String) -> JSONError? {
        error(Array(text.utf8))
    }

    private func error(_ bytes: [UInt8]) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONTree(ours: bytes)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Agreement with Foundation

    @Test("Valid texts are read as Foundation reads them", arguments: 1...20 as ClosedRange<UInt64>)
    func validTexts(_ seed: UInt64) throws {
        var texts = RandomJSON(SeededGenerator(seed: seed))
        for round in 0..<500 {
            let text = texts.next()
            #expect(disagreement(text) == nil, "seed \(seed), round \(round)")
        }
    }

    @Test("Broken texts are refused where Foundation refuses them", arguments: 1...40 as ClosedRange<UInt64>)
    func brokenTexts(_ seed: UInt64) throws {
        var texts = RandomJSON(SeededGenerator(seed: seed))
        for round in 0..<1_000 {
            let text = texts.nextBroken()
            #expect(disagreement(text) == nil, "seed \(seed), round \(round)")
        }
    }

    /// How the two readers differ where they should not.
    private func disagreement(_ text: [UInt8]) -> String? {
        let foundation = JSONTree(foundation: text)
        let shown = String(decoding: text, as: UTF8.self).debugDescription
        do throws(JSONError) {
            let ours = try JSONTree(ours: text)
            guard let foundation else { return "taken, but not by Foundation: \(shown)" }
            return ours.agrees(with: foundation) ? nil : "other values: \(shown)"
        } catch {
            guard foundation != nil, !isStricter(error, text) else { return nil }
            return "refused, but not by Foundation: \(shown), \(error)"
        }
    }

    /// What we refuse and Foundation takes: a comma before a closing bracket (no grammar has it), a byte order mark and
    /// other encodings than UTF-8 (frames are UTF-8, and RFC 8259, section 8.1, has no mark).
    private func isStricter(_ error: JSONError, _ text: [UInt8]) -> Bool {
        guard !text.starts(with: [0xEF, 0xBB, 0xBF]), !text.prefix(4).contains(0), text.first != 0xFE,
            text.first != 0xFF
        else { return true }
        guard error.offset < text.count, [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(text[error.offset]) else {
            return false
        }
        let before = text[..<error.offset].last { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        return before == UInt8(ascii: ",")
    }

    // MARK: Single rules

    @Test("Bytes at random never trap", arguments: 1...10 as ClosedRange<UInt64>)
    func anyBytes(_ seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let likely = Array("{}[]:,\"\\u0dDe.-+tfn \n".utf8)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...40, using: &dice)
            let bytes: [UInt8] = (0..<count).map { _ in
                Bool.random(using: &dice) ? .random(in: 0...255, using: &dice) : likely.randomElement(using: &dice) ?? 0
            }
            if let error = error(bytes) { #expect((0...count).contains(error.offset), "seed \(seed): \(bytes)") }
        }
    }

    @Test("Cut anywhere, a text is refused")
    func cuts() {
        let text = Array(#"{"a":[1.5e3,-20,"x\n\ud83d\ude00é",true,false,null,{}],"bb":{"c":[]}}"#.utf8)
        #expect(error(text) == nil)
        for count in 0..<text.count {
            #expect(error(Array(text[..<count])) != nil, "\(count) bytes")
        }
    }

    @Test("64 containers inside each other are taken, 65 are not, and no depth traps")
    func depth() {
        func nested(_ count: Int) -> [String] {
            [
                String(repeating: "[", count: count) + String(repeating: "]", count: count),
                String(repeating: #"{"x":"#, count: count) + "1" + String(repeating: "}", count: count),
            ]
        }
        for text in nested(64) { #expect(error(text) == nil) }
        for text in nested(65) + nested(100_000) { #expect(error(text)?.reason == .tooDeep) }
        #expect(error(String(repeating: "[", count: 1_000_000))?.reason == .tooDeep)
        #expect(error(String(repeating: "[[],", count: 63))?.reason == .syntax)
    }

    @Test("Containers that the caller enters count into the depth")
    func enteredDepth() throws {
        let text = Array(String(repeating: "[", count: 70).utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            for _ in 0..<60 {
                try reader.beginArray()
                _ = try reader.nextElement()
            }
            #expect(throws: JSONError(reason: .tooDeep, offset: 64)) { try reader.value() }
        }
    }

    @Test(
        "What is no UTF-8 is refused, also in names and in values that nobody wants",
        arguments: [
            [0xFF], [0x80], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        ])
    func invalidUTF8(_ bytes: [UInt8]) {
        let string = Array("\"abcdefgh".utf8) + bytes + Array("\"".utf8)
        #expect(error(string)?.reason == .notUTF8)
        #expect(error(Array("{".utf8) + string + Array(":1}".utf8))?.reason == .notUTF8)
        #expect(error(Array(#"{"a":1,"a":"#.utf8) + string + Array("}".utf8))?.reason == .notUTF8)
        #expect(error(bytes)?.reason == .syntax)
    }

    @Test("An Int64 is exact, and what is none has no integer")
    func integers() throws {
        #expect(try tree("9223372036854775807") == .integer(.max))
        #expect(try tree("-9223372036854775808") == .integer(.min))
        #expect(try tree("-0") == .integer(0))
        #expect(try tree("9223372036854775808") == .double(0x1p63))
        #expect(try tree("1.0") == .double(1))
        #expect(try tree("1e2") == .double(100))
        #expect(error("1e400") != nil)
    }

    @Test("An error tells where the text goes wrong")
    func offsets() {
        #expect(error("[1,]") == JSONError(reason: .syntax, offset: 3))
        #expect(error(#"{"a" 1}"#) == JSONError(reason: .syntax, offset: 5))
        #expect(error("[1] x") == JSONError(reason: .syntax, offset: 4))
        #expect(error("") == JSONError(reason: .syntax, offset: 0))
        #expect(error("[\"a\\x\"]") == JSONError(reason: .syntax, offset: 3))
    }

    @Test("Names are compared byte by byte, whatever their length and spelling")
    func names() throws {
        func isContent(_ name: String) throws -> Bool {
            try Array("{\"\(name)\":1}".utf8).withUnsafeBytes { bytes in
                var reader = JSONReader(bytes)
                try reader.beginObject()
                guard let key = try reader.nextKey() else { return false }
                return if case "content" = key { true } else { false }
            }
        }
        #expect(try isContent("content"))
        #expect(try isContent(#"\u0063on\u0074ent"#))
        for name in ["", "conten", "contents", "Content", "content\\u0000", "content\u{301}", "content9012345678"] {
            #expect(try !isContent(name), "\(name)")
        }
    }

    @Test("A reader that is not led through the text as it is fails, and does not trap")
    func wrongUse() throws {
        try Array(#"{"a":[1,2]}"#.utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            #expect(throws: JSONError.self) { try reader.beginArray() }
            try reader.beginObject()
            #expect(try reader.nextKey() != nil)
            #expect(throws: JSONError.self) { try reader.nextKey() }
            let value = try reader.value()
            #expect(reader.string(value) == nil)
            #expect(reader.bool(value) == nil)
            #expect(reader.integer(value) == nil)
            #expect(reader.double(value) == nil)
            #expect(throws: JSONError.self) { try reader.end() }
            let other = JSONReader(UnsafeRawBufferPointer(rebasing: bytes[..<3]))
            #expect(other.string(JSONValue(kind: .string, start: 2, end: 9, isPlain: true)) == "")
        }
    }
}
