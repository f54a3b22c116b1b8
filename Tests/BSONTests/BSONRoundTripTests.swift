import BSON
import Testing

@Suite struct BSONRoundTripTests {
    @Test("A random document is valid and survives being taken apart", arguments: testSeeds)
    func roundTrip(seed: UInt64) throws {
        var random = RandomDocument(seed: seed)
        for _ in 0..<4 {
            let document = random.document()
            #expect(try BSONDocument(validating: document.bytes) == document)
            #expect(document.rebuilt == document)
            #expect(document.rebuiltDeeply == document)
            check(document.bytes)
        }
    }

    @Test("A document cut off at any byte is refused and harmless", arguments: testSeeds.suffix(15))
    func truncated(seed: UInt64) {
        var random = RandomDocument(seed: seed)
        let bytes = random.document().bytes
        for length in 0..<bytes.count {
            let cut = Array(bytes[..<length])
            #expect(throws: BSONError.self) { try BSONDocument(validating: cut) }
            check(cut)
            // The same with a length field that tells the truth.
            check(Self.repaired(cut))
        }
    }

    @Test("Flipping any bit gives an error or a document that round-trips", arguments: testSeeds.suffix(12))
    func flippedBits(seed: UInt64) {
        var random = RandomDocument(seed: seed)
        var bytes = random.document().bytes
        while bytes.count > 300 { bytes = random.document().bytes }
        for index in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << bit
                check(flipped)
            }
        }
    }

    @Test("Overwriting random bytes gives an error or a document that round-trips", arguments: testSeeds)
    func overwritten(seed: UInt64) {
        var random = RandomDocument(seed: seed)
        let bytes = random.document().bytes
        for _ in 0..<12 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random.generator) {
                let index = Int.random(in: 0..<changed.count, using: &random.generator)
                changed[index] = [0, 1, 2, 3, 4, 5, 15, 127, 128, 255].randomElement(using: &random.generator) ?? 0
            }
            check(changed)
            check(Self.repaired(changed))
        }
    }

    @Test("Random bytes are harmless", arguments: testSeeds)
    func randomBytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for length in 0..<40 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            check(bytes)
            check(Self.repaired(bytes))
        }
    }

    private func check(_ bytes: [UInt8]) {
        let fault = fault(with: bytes)
        #expect(fault == nil, "\(bytes)")
    }

    /// The bytes with the length field and the terminator of a document.
    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 5 else { return bytes }
        let length = UInt8(truncatingIfNeeded: bytes.count)
        let upper = UInt8(truncatingIfNeeded: bytes.count >> 8)
        return [length, upper, 0, 0] + bytes[4..<bytes.count - 1] + [0]
    }
}
