import BSON
import Testing

/// Bytes made to break a reader.
@Suite struct BSONHostileTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var code: BSONError.Code

        init(_ name: String, _ code: BSONError.Code, _ text: String) {
            testDescription = name
            self.code = code
            bytes = hex(text)
        }
    }

    static let samples = [
        Sample("nothing", .invalidLength, ""),
        Sample("three bytes", .invalidLength, "050000"),
        Sample("a length below five", .invalidLength, "04000000 00"),
        Sample("a negative length", .invalidLength, "FFFFFFFF 00"),
        Sample("the lowest length", .invalidLength, "00000080 00"),
        Sample("a length beyond the bytes", .invalidLength, "FFFFFF7F 00"),
        Sample("bytes behind the document", .invalidLength, "05000000 00 00"),
        Sample("no terminator", .missingTerminator, "05000000 01"),
        Sample("an unknown type", .unknownType, "08000000 14 6100 00"),
        Sample("type 0 inside", .unknownType, "08000000 00 6100 00"),
        Sample("a key that does not end", .missingTerminator, "08000000 0A 6161 00"),
        Sample("a value that is cut off", .invalidLength, "0B000000 10 6100 010203 00"),
        Sample("a string of length 0", .invalidLength, "0C000000 02 6100 00000000 00"),
        Sample("a string of negative length", .invalidLength, "0D000000 02 6100 FFFFFFFF 00 00"),
        Sample("a string longer than the document", .invalidLength, "0D000000 02 6100 FFFFFF7F 00 00"),
        Sample("a string that eats the terminator", .invalidLength, "0D000000 02 6100 02000000 00 00"),
        Sample("a string without zero", .missingTerminator, "0D000000 02 6100 01000000 61 00"),
        Sample("a nested document shorter than five", .invalidLength, "0D000000 03 6100 04000000 00 00"),
        Sample("a nested document that eats the terminator", .invalidLength, "0D000000 03 6100 06000000 00 00"),
        Sample("a nested document without zero", .missingTerminator, "0D000000 03 6100 05000000 01 00"),
        Sample("an array of negative length", .invalidLength, "0D000000 04 6100 FBFFFFFF 00 00"),
        Sample(
            "an element over the end of its document", .invalidLength,
            "14000000 03 6100 0C000000 12 6200 01000000 00 00"),
        Sample("a binary of negative length", .invalidLength, "0D000000 05 6100 FFFFFFFF 00 00"),
        Sample("a binary longer than the document", .invalidLength, "0D000000 05 6100 01000000 00 00"),
        Sample("an old binary without inner length", .invalidLength, "0F000000 05 6100 02000000 02 0000 00"),
        Sample(
            "an old binary with a wrong inner length", .invalidLength,
            "12000000 05 6100 05000000 02 02000000 01 00"),
        Sample("a boolean of 2", .invalidBoolean, "09000000 08 6100 02 00"),
        Sample("a regex without options", .missingTerminator, "0B000000 0B 6100 616100 00"),
        Sample("code with scope too short", .invalidLength, "12000000 0F 6100 0A000000 01000000 0000 00"),
        Sample(
            "code with scope with a gap", .invalidLength,
            "18000000 0F 6100 10000000 02000000 7800 0500000000 00 00"),
        Sample(
            "code longer than code with scope", .invalidLength,
            "17000000 0F 6100 0F000000 08000000 7800 0500000000 00"),
        Sample(
            "a scope with a broken element", .unknownType,
            "1A000000 0F 6100 12000000 02000000 7800 08000000 146100 00 00"),
        Sample("a dbPointer without id", .invalidLength, "0E000000 0C 6100 02000000 6200 00"),
        Sample("a key that is no UTF-8", .invalidUTF8, "08000000 0A FF00 00"),
        Sample("a symbol that is no UTF-8", .invalidUTF8, "0E000000 0E 6100 02000000 8000 00"),
        Sample("a pattern that is no UTF-8", .invalidUTF8, "0B000000 0B 6100 C300 00 00"),
    ]

    @Test("Broken bytes are refused with their reason", arguments: samples)
    func refused(_ sample: Sample) {
        let error = #expect(throws: BSONError.self) { try BSONDocument(validating: sample.bytes) }
        #expect(error?.code == sample.code)
        #expect((error?.offset ?? -1) <= sample.bytes.count)
        exercise(sample.bytes)
    }

    @Test(
        "Only well-formed UTF-8 passes, wherever it stands in a long text",
        arguments: [
            "80", "BF", "C0AF", "C1BF", "C280C2", "C341", "E08080", "E09FBF", "E0A0", "EDA080", "EDBFBF", "EFBF",
            "F0808080",
            "F08FBFBF", "F0908F7F", "F09080", "F4908080", "F5808080", "F8888080", "FE", "FF",
        ])
    func invalidUTF8(_ text: String) {
        for padding in 0..<20 {
            let filler = [UInt8](repeating: 0x61, count: padding)
            let bytes = Self.document(string: filler + hex(text) + filler)
            let error = #expect(throws: BSONError.self) { try BSONDocument(validating: bytes) }
            #expect(error?.code == .invalidUTF8)
            #expect(BSONDocument(trusted: bytes).string("a") == nil)
            var reader = BSONReader(bytes)
            #expect(throws: BSONError.self) { try reader.next()?.value() }
        }
    }

    @Test("The check of UTF-8 agrees with the standard library about every scalar's edges")
    func validUTF8() throws {
        let edges: [UInt32] = [
            0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF,
            0x40000,
            0xFFFFF, 0x100000, 0x10FFFF,
        ]
        for scalar in edges.compactMap(Unicode.Scalar.init) {
            for padding in 0..<9 {
                let text = String(repeating: "a", count: padding) + String(Character(scalar)) + "z"
                let document = try BSONDocument(validating: Self.document(string: Array(text.utf8)))
                #expect(document.string("a").map { Array($0.utf8) } == Array(text.utf8))
            }
        }
    }

    @Test("A hundred levels pass, one more does not", arguments: [BSONType.document, .array, .javascriptWithScope])
    func depth(_ type: BSONType) throws {
        let accepted = Self.nested(100, type)
        _ = try BSONDocument(validating: accepted)
        exercise(accepted)
        let refused = Self.nested(101, type)
        let error = #expect(throws: BSONError.self) { try BSONDocument(validating: refused) }
        #expect(error?.code == .tooDeep)
        _ = try BSONDocument(validating: refused, maximumDepth: 101)
        exercise(refused)
    }

    @Test("Depth has its own bound and nothing under it", arguments: [0, -1])
    func noDepth(_ maximum: Int) {
        #expect(throws: BSONError.self) { try BSONDocument(validating: BSONDocument().bytes, maximumDepth: maximum) }
    }

    @Test("A hundred thousand levels cost neither the stack nor the day", .timeLimit(.minutes(10)))
    func abyss() {
        let bytes = Self.abyss(levels: 100_000)
        #expect(throws: BSONError.self) { try BSONDocument(validating: bytes) }
        #expect((try? BSONDocument(validating: bytes, maximumDepth: 200_000)) != nil)
        #expect(BSONDocument(trusted: bytes).description.contains("…"))
        #expect(BSONDocument(trusted: bytes)["a"] != nil)
    }

    @Test("A document over 48 MiB is refused before it is looked at")
    func tooLarge() {
        let bytes = [UInt8](repeating: 0, count: BSONDocument.maximumSize + 1)
        let error = #expect(throws: BSONError.self) { try BSONDocument(validating: bytes) }
        #expect(error?.code == .tooLarge)
    }

    /// A check that looked at bytes again and again would not end within the limit.
    @Test(
        "Validation of megabytes of the smallest elements ends", .timeLimit(.minutes(10)),
        arguments: [
            hex("0A 00"), hex("0B 00 00 00"), hex("03 00 0500000000"), hex("02 00 01000000 00"), hex("0A C3A900"),
        ])
    func linear(_ element: [UInt8]) throws {
        let count = 1_000_000 / element.count
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes += element }
        let document = try BSONDocument(validating: Self.wrapped(bytes))
        #expect(document.count == count)
        #expect(document["absent"] == nil)
        let unended = Self.wrapped([UInt8](repeating: 0x0A, count: 1_000_000))
        #expect(throws: BSONError.self) { try BSONDocument(validating: unended) }
    }

    private static func wrapped(_ elements: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: Int32(elements.count + 5).littleEndian) { Array($0) } + elements + [0]
    }

    /// {"a": string} of any bytes.
    private static func document(string: [UInt8]) -> [UInt8] {
        let length = withUnsafeBytes(of: Int32(string.count + 1).littleEndian) { Array($0) }
        return wrapped(hex("02 6100") + length + string + [0])
    }

    private static func nested(_ levels: Int, _ type: BSONType) -> [UInt8] {
        var document = BSONDocument()
        for _ in 1..<levels {
            switch type {
            case .array: document = ["a": .array(BSONArray(trusted: document.bytes))]
            case .javascriptWithScope: document = ["a": .javascriptWithScope(code: "", scope: document)]
            default: document = ["a": .document(document)]
            }
        }
        return document.bytes
    }

    /// Made from the front, since from the inside out it would be quadratic.
    private static func abyss(levels: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for level in 0..<levels {
            let length = Int32((levels - level - 1) * 8 + 5)
            withUnsafeBytes(of: length.littleEndian) { bytes.append(contentsOf: $0) }
            if level < levels - 1 { bytes += hex("03 6100") }
        }
        return bytes + [UInt8](repeating: 0, count: levels)
    }
}
