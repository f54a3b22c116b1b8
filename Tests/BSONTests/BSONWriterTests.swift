import BSON
import Testing

@Suite struct BSONWriterTests {
    struct Refusal: Error {}

    @Test("Nested documents and arrays get their lengths and keys")
    func nesting() throws {
        var writer = BSONWriter(reservingCapacity: 16)
        writer.append("before", 1)
        writer.document("outer") { outer in
            outer.append("a", "x")
            outer.array("list") { list in
                list.append("first")
                list.document { $0.append("b", true) }
                list.array { inner in
                    inner.append(1.5)
                }
            }
            outer.document("empty") { _ in }
        }
        writer.append("after", "y")
        let document = writer.finish()
        let expected: BSONDocument = [
            "before": .int64(1), "outer": ["a": "x", "list": ["first", ["b": true], [1.5]], "empty": [:]], "after": "y",
        ]
        #expect(document == expected)
        #expect(try BSONDocument(validating: document.bytes) == expected)
    }

    @Test("The keys of a long array are its decimal indexes")
    func arrayKeys() throws {
        let array = BSONArray((0..<1_234).map { BSONValue.int32($0) })
        #expect(BSONDocument(trusted: array.bytes).keys == (0..<1_234).map { "\($0)" })
        #expect(array.values == (0..<1_234).map { BSONValue.int32($0) })
        #expect(array.count == 1_234)
        #expect(array[1_233] == 1_233)
        #expect(array[1_234] == nil)
        #expect(array[-1] == nil)
    }

    @Test("A key with U+0000 is written with U+FFFD in its place, so it cannot become another key")
    func zeroInKey() throws {
        var writer = BSONWriter()
        writer.append("role\0x", "owner")
        writer.append("\0", 1)
        writer.append("r", .regex(pattern: "a\0b", options: "i\0"))
        let document = writer.finish()
        #expect(try BSONDocument(validating: document.bytes) == document)
        #expect(document.keys == ["role\u{FFFD}x", "\u{FFFD}", "r"])
        #expect(document["role"] == nil)
        #expect(document["r"] == .regex(pattern: "a\u{FFFD}b", options: "i\u{FFFD}"))
    }

    @Test("A nested body that throws leaves nothing behind")
    func throwingBodies() throws {
        var writer = BSONWriter()
        writer.append("a", 1)
        #expect(throws: Refusal.self) {
            try writer.document("bad") { (nested) throws(Refusal) in
                nested.append("x", "y")
                throw Refusal()
            }
        }
        #expect(throws: Refusal.self) {
            try writer.array("bad") { (list) throws(Refusal) in
                list.append(1)
                throw Refusal()
            }
        }
        writer.array("list") { list in
            list.append("one")
            try? list.document { _ throws(Refusal) in throw Refusal() }
            try? list.array { _ throws(Refusal) in throw Refusal() }
            list.append("two")
        }
        let document = writer.finish()
        #expect(document == ["a": .int64(1), "list": ["one", "two"]])
        #expect(try BSONDocument(validating: document.bytes) == document)
    }

    @Test("Putting another writer in the place of a nested one does not trap")
    func replacedWriter() {
        var writer = BSONWriter()
        writer.append("a", "a long text, so that the nested document begins beyond the new writer")
        writer.document("b") { $0 = BSONWriter() }
        writer.array("c") { $0 = BSONArrayWriter() }
        exercise(writer.finish().bytes)
    }

    @Test("Appending to a document keeps what is there")
    func appending() throws {
        var document: BSONDocument = ["a": 1]
        let copy = document
        document.append("b", ["c": "d"])
        document.append(contentsOf: ["e": nil, "f": []])
        document.append(contentsOf: [:])
        #expect(document == ["a": 1, "b": ["c": "d"], "e": nil, "f": []])
        #expect(copy == ["a": 1])
        #expect(try BSONDocument(validating: document.bytes) == document)
    }

    @Test(
        "Appending to bytes that are no document starts a new one or stays harmless",
        arguments: [
            [], [0], [1, 2, 3, 4], [255, 255, 255, 127, 1],
        ])
    func appendingToNonsense(_ bytes: [UInt8]) {
        var document = BSONDocument(trusted: bytes)
        document.append("a", 1)
        exercise(document.bytes)
        if bytes.count < 5 { #expect(document == ["a": 1]) }
    }
}
