import BSON
import Testing

/// Bytes worked out by hand from the grammar of bsonspec.org, version 1.1. Each is the document {"a": value}.
@Suite struct BSONGoldenTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var value: BSONValue
        var bytes: [UInt8]

        init(_ value: BSONValue, _ text: String) {
            self.value = value
            bytes = hex(text)
        }

        var testDescription: String { "\(value)" }
    }

    static let id = ObjectID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B)

    static let samples = [
        Sample(.double(1.5), "10000000 01 6100 000000000000F83F 00"),
        Sample(.string("hi"), "0F000000 02 6100 03000000 6869 00 00"),
        Sample(.string(""), "0D000000 02 6100 01000000 00 00"),
        Sample(.string("é\0z"), "11000000 02 6100 05000000 C3A9007A 00 00"),
        Sample(["b": 1], "14000000 03 6100 0C000000 10 6200 01000000 00 00"),
        Sample([:], "0D000000 03 6100 05000000 00 00"),
        Sample([true, nil], "14000000 04 6100 0C000000 08 3000 01 0A 3100 00 00"),
        Sample(.binary(BSONBinary([1, 2, 3])), "10000000 05 6100 03000000 00 010203 00"),
        Sample(.binary(BSONBinary([1, 2], subtype: 2)), "13000000 05 6100 06000000 02 02000000 0102 00"),
        Sample(.binary(BSONBinary([], subtype: 0x80)), "0D000000 05 6100 00000000 80 00"),
        Sample(.undefined, "08000000 06 6100 00"),
        Sample(.objectID(id), "14000000 07 6100 000102030405060708090A0B 00"),
        Sample(.bool(false), "09000000 08 6100 00 00"),
        Sample(.bool(true), "09000000 08 6100 01 00"),
        Sample(.datetime(milliseconds: -1), "10000000 09 6100 FFFFFFFFFFFFFFFF 00"),
        Sample(.null, "08000000 0A 6100 00"),
        Sample(.regex(pattern: "a*", options: "i"), "0D000000 0B 6100 612A00 6900 00"),
        Sample(
            .dbPointer(collection: "b", id: id),
            "1A000000 0C 6100 02000000 6200 000102030405060708090A0B 00"),
        Sample(.javascript("x"), "0E000000 0D 6100 02000000 7800 00"),
        Sample(.symbol("x"), "0E000000 0E 6100 02000000 7800 00"),
        Sample(
            .javascriptWithScope(code: "x", scope: [:]),
            "17000000 0F 6100 0F000000 02000000 7800 0500000000 00"),
        Sample(.int32(-2), "0C000000 10 6100 FEFFFFFF 00"),
        Sample(.timestamp(1 << 32 | 2), "10000000 11 6100 02000000 01000000 00"),
        Sample(.int64(1 << 40), "10000000 12 6100 0000000000010000 00"),
        Sample(
            .decimal128(high: 0x3040_0000_0000_0000, low: 1),
            "18000000 13 6100 0100000000000000 0000000000004030 00"),
        Sample(.minKey, "08000000 FF 6100 00"),
        Sample(.maxKey, "08000000 7F 6100 00"),
    ]

    @Test("A value is written as the specification says", arguments: samples)
    func written(_ sample: Sample) {
        var writer = BSONWriter()
        writer.append("a", sample.value)
        #expect(writer.finish().bytes == sample.bytes)
    }

    @Test("Bytes of the specification read as the value", arguments: samples)
    func read(_ sample: Sample) throws {
        let document = try BSONDocument(validating: sample.bytes)
        #expect(document["a"] == sample.value)
        #expect(document.map(\.key) == ["a"])
    }

    @Test("The empty document is five bytes")
    func emptyDocument() throws {
        #expect(BSONDocument().bytes == hex("05000000 00"))
        #expect(try BSONDocument(validating: hex("05000000 00")).isEmpty)
    }

    @Test("Every type has a sample")
    func complete() {
        let types: Set<UInt8> = Set(Self.samples.map(\.value.type.rawValue))
        #expect(types == Set(0x01...0x13).union([0x7F, 0xFF]))
    }

    @Test("The overloads of both writers write the same as the value")
    func overloads() {
        var writer = BSONWriter()
        writer.append("a", "text")
        writer.append("b", Int32(-7))
        writer.append("c", Int64(1) << 33)
        writer.append("d", 5)
        writer.append("e", -0.5)
        writer.append("f", true)
        writer.append("g", Self.id)
        writer.append("h", ["x": 1])
        writer.append("i", [1, "two"])
        writer.append("j", BSONBinary([9]))
        writer.append("k", nil)
        writer.appendDatetime("l", milliseconds: 12)
        writer.appendNull("m")
        let values: [BSONValue] = [
            "text", .int32(-7), .int64(1 << 33), .int64(5), -0.5, true, .objectID(Self.id), ["x": 1], [1, "two"],
            .binary(BSONBinary([9])), nil, .datetime(milliseconds: 12), nil,
        ]
        let keys = "abcdefghijklm".map { String($0) }
        #expect(writer.finish() == BSONDocument(Array(zip(keys, values))))

        var array = BSONArrayWriter()
        array.append("text")
        array.append(Int32(-7))
        array.append(Int64(1) << 33)
        array.append(5)
        array.append(-0.5)
        array.append(true)
        array.append(Self.id)
        array.append(["x": 1])
        array.append([1, "two"])
        array.append(BSONBinary([9]))
        array.append(nil)
        array.appendDatetime(milliseconds: 12)
        array.appendNull()
        #expect(array.count == 13)
        #expect(array.finish() == BSONArray(values))
    }
}
