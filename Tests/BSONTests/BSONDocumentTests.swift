import BSON
import Testing

@Suite struct BSONDocumentTests {
    @Test("Integer literals are int32 where they fit, else int64")
    func integerLiterals() {
        let document: BSONDocument = ["a": 2_147_483_647, "b": 2_147_483_648, "c": -2_147_483_648]
        #expect(document["a"] == .int32(.max))
        #expect(document["b"] == .int64(2_147_483_648))
        #expect(document["c"] == .int32(.min))
    }

    @Test("Literals nest and keep their order, repeated keys included")
    func nestedLiterals() {
        let document: BSONDocument = ["room_id": "a", "seq": ["$gt": 3], "in": [1, 2.5, nil, false], "seq": 1]
        #expect(document.keys == ["room_id", "seq", "in", "seq"])
        #expect(document.count == 4)
        #expect(document["seq"] == ["$gt": 3])
        #expect(document.array("in")?.values == [.int32(1), .double(2.5), .null, .bool(false)])
    }

    @Test("Typed getters answer their type only")
    func getters() {
        let id = ObjectID(high: 1, low: 2)
        let document: BSONDocument = [
            "s": "text", "i": 7, "l": 5_000_000_000, "d": 2.5, "w": 3.0, "n": .double(.nan), "h": .double(1e300),
            "b": true, "o": .objectID(id), "t": .datetime(milliseconds: -5), "m": ["x": 1], "a": [1],
            "y": .binary(BSONBinary([1], subtype: 4)), "z": nil,
        ]
        #expect(document.keys.filter { document.string($0) != nil } == ["s"])
        #expect(document.keys.filter { document.int64($0) != nil } == ["i", "l", "w"])
        #expect(document.keys.filter { document.double($0) != nil } == ["i", "l", "d", "w", "n", "h"])
        #expect(document.keys.filter { document.bool($0) != nil } == ["b"])
        #expect(document.keys.filter { document.objectID($0) != nil } == ["o"])
        #expect(document.keys.filter { document.milliseconds($0) != nil } == ["t"])
        #expect(document.keys.filter { document.document($0) != nil } == ["m"])
        #expect(document.keys.filter { document.array($0) != nil } == ["a"])
        #expect(document.keys.filter { document.binary($0) != nil } == ["y"])
        #expect(document.int64("l") == 5_000_000_000)
        #expect(document.int64("w") == 3)
        #expect(document.double("i") == 7)
        #expect(document.milliseconds("t") == -5)
        #expect(document.binary("y") == BSONBinary([1], subtype: 4))
        #expect(document.string("absent") == nil)
    }

    @Test("A key is found by all of its bytes, not by a prefix or by canonical equality")
    func keys() {
        let document: BSONDocument = ["ab": 1, "a": 2, "": 3, "e\u{301}": 4, "a key longer than fifteen bytes": 5]
        #expect(document["a"] == 2)
        #expect(document[""] == 3)
        #expect(document["\u{E9}"] == nil)
        #expect(document["e\u{301}"] == 4)
        #expect(document["a key longer than fifteen bytes"] == 5)
        #expect(document.element("a")?.hasKey("a") == true)
        #expect(document.element("a")?.hasKey("ab") == false)
    }

    @Test("A reader walks nested documents in place")
    func nestedReader() throws {
        let document: BSONDocument = ["cursor": ["firstBatch": [["a": 1], ["a": 2]], "id": .int64(0)], "ok": 1]
        let batch = try #require(document.element("cursor")?.document?.element("firstBatch"))
        var reader = try #require(batch.reader)
        var found: [Int64?] = []
        while let element = try reader.next() {
            #expect(element.type == .document)
            found.append(element.document?.int64("a"))
        }
        #expect(found == [1, 2])
        #expect(document.element("ok")?.reader == nil)
    }

    @Test("Arrays of documents and of values are the same bytes")
    func arrays() {
        let documents: [BSONDocument] = [["a": 1], [:], ["b": "c"]]
        let array = BSONArray(documents)
        #expect(array == BSONArray(documents.map { BSONValue.document($0) }))
        #expect(array.documents == documents)
        #expect(BSONArray().isEmpty)
        #expect(BSONArray() == [])
        #expect(BSONArray(["x", 1]).documents.isEmpty)
    }

    @Test("The description shows every type and escapes what would break a log line")
    func description() {
        let document: BSONDocument = [
            "a": "x\"\n\u{1B}", "b": [1, 2.5], "c": ["d": nil], "e": .objectID(ObjectID(high: 0, low: 255)), "f": true,
        ]
        #expect(
            document.description == #"{"a": "x\"\n\u{1b}", "b": [1, 2.5], "c": {"d": null}, "#
                + #""e": {"$oid": "0000000000000000000000ff"}, "f": true}"#)
        for sample in BSONGoldenTests.samples {
            #expect(!sample.value.description.isEmpty)
            #expect(!sample.value.description.contains("!"))
        }
    }
}
