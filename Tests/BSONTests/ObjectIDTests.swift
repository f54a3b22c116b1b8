import BSON
import Foundation
import Testing

@Suite struct ObjectIDTests {
    @Test("The parts lie in seconds, milliseconds, counter, random")
    func layout() {
        let id = ObjectID(time: 0x6500_0001 * 1000 + 123, counter: 0x2ABC, random: 0x11_2233_4455)
        // 123 = 00 0111 1011, 0x2ABC = 10 1010 1011 1100: together 0001 1110 1110 1010 1011 1100.
        #expect(id.description == "650000011eeabc1122334455")
        #expect(id.milliseconds == 0x6500_0001 * 1000 + 123)
    }

    @Test("Parts that are too large are cut to their bits")
    func oversizedParts() {
        #expect(ObjectID(time: 0, counter: 0xFFFF, random: .max).description == "00000000003fffffffffffff")
        #expect(ObjectID(time: -1, counter: 0, random: 0).description == "000000000000000000000000")
        #expect(ObjectID(time: .max, counter: 0, random: 0).milliseconds == Int64(UInt32.max) * 1000 + 999)
    }

    @Test("Text of 24 hexadecimal digits in either case reads back in lowercase")
    func text() throws {
        let id = try #require(ObjectID("0123456789abcdefABCDEF01"))
        #expect(id.description == "0123456789abcdefabcdef01")
        #expect(id.high == 0x0123_4567_89AB_CDEF)
        #expect(id.low == 0xABCD_EF01)
        #expect(ObjectID(id.description) == id)
    }

    @Test(
        "Anything else is no id",
        arguments: [
            "", "0", "0123456789abcdefabcdef0", "0123456789abcdefabcdef012", "0123456789abcdefabcdef0g",
            " 123456789abcdefabcdef01",
            "0123456789abcdefabcdef0\u{FF11}", "+123456789abcdefabcdef01", "éééééééééééé",
        ])
    func noText(_ text: String) {
        #expect(ObjectID(text) == nil)
    }

    @Test("Twelve bytes read and write in their order, any other number does not")
    func bytes() throws {
        let bytes: [UInt8] = Array(1...12)
        let id = try #require(ObjectID(bytes))
        #expect(id.description == "0102030405060708090a0b0c")
        var written: [UInt8] = [0]
        id.write(into: &written)
        #expect(written == [0] + bytes)
        #expect(ObjectID(written[1...]) == id)
        #expect(ObjectID(written) == nil)
        #expect(ObjectID([]) == nil)
    }

    @Test("As JSON an id is its text", arguments: testSeeds.prefix(5))
    func codable(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let id = ObjectID(high: generator.next(), low: UInt32(truncatingIfNeeded: generator.next()))
        let data = try JSONEncoder().encode([id])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(id)\"]")
        #expect(try JSONDecoder().decode([ObjectID].self, from: data) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ObjectID].self, from: Data("[\"x\"]".utf8)) }
    }

    @Test("Ids, their texts and their bytes have one order", arguments: testSeeds)
    func order(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let ids = (0..<40).map { _ in
            ObjectID(high: generator.next() & 0x8000_0000_0000_0003, low: UInt32(truncatingIfNeeded: generator.next()))
        }
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
        #expect(
            ids.sorted()
                == ids.sorted { left, right in
                    var (first, second): ([UInt8], [UInt8]) = ([], [])
                    left.write(into: &first)
                    right.write(into: &second)
                    return first.lexicographicallyPrecedes(second)
                })
    }

    @Test("An id is of a time or later exactly when it is at least the lowest id of that time", arguments: testSeeds)
    func lowest(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            // All ten bits are random, as in ids of other drivers.
            let id = ObjectID(high: generator.next() & 0x0000_0003_FFFF_FFFF, low: 0)
            let time = id.milliseconds + Int64.random(in: -2...2, using: &generator)
            #expect((id >= ObjectID.lowest(atMilliseconds: time)) == (id.milliseconds >= time))
        }
    }

    @Test("Above 999 the milliseconds of another driver's id count as 999")
    func foreignMilliseconds() throws {
        let id = try #require(ObjectID("65000001ffffffffffffffff"))
        #expect(id.milliseconds == 0x6500_0001 * 1000 + 999)
    }
}
