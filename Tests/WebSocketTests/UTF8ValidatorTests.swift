import Testing

@testable import WebSocket

@Suite("UTF-8, checked as it arrives")
struct UTF8ValidatorTests {
    private func isValid(_ chunks: [[UInt8]]) -> Bool {
        var validator = UTF8Validator()
        for chunk in chunks {
            guard chunk.withUnsafeBytes({ validator.accept($0) }) else { return false }
        }
        return validator.isAtCharacterBoundary
    }

    private func standardLibraryAccepts(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    @Test("Unicode scalars are valid, alone and behind ASCII: all up to U+0FFF, then many, and the edges of each form")
    func scalars() {
        let edges: [UInt32] = [0xD7FF, 0xE000, 0xFFFF, 0x1_0000, 0x3_FFFF, 0x4_0000, 0xF_FFFF, 0x10_0000, 0x10_FFFF]
        for value in Array(0...0xFFF) + stride(from: 0x1000, to: 0x10_FFFF, by: 89) + edges {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            if !self.isValid([bytes]) || !self.isValid([Array("0123456789".utf8) + bytes]) {
                Issue.record("U+\(String(value, radix: 16)) refused")
            }
        }
    }

    @Test("All sequences of two bytes, and of three with a lead byte, are judged as the standard library judges them")
    func shortSequences() {
        for first in UInt8(0)...255 {
            for second in UInt8(0)...255 {
                let pair = [first, second]
                if self.isValid([pair]) != self.standardLibraryAccepts(pair) { Issue.record("\(pair)") }
                guard first >= 0xE0 else { continue }
                for third in [0x00, 0x7F, 0x80, 0xBF, 0xC0] as [UInt8] {
                    let triple = [first, second, third]
                    if self.isValid([triple]) != self.standardLibraryAccepts(triple) { Issue.record("\(triple)") }
                }
            }
        }
    }

    @Test("The edges of four-byte sequences are judged as the standard library judges them")
    func fourBytes() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0]
        for first in UInt8(0xEF)...0xFF {
            for second in edges {
                for third in edges {
                    for fourth in edges {
                        let bytes = [first, second, third, fourth]
                        if self.isValid([bytes]) != self.standardLibraryAccepts(bytes) { Issue.record("\(bytes)") }
                    }
                }
            }
        }
    }

    @Test("Random bytes are judged as the standard library judges them, however they are cut")
    func random() {
        var random = SeededGenerator(seed: 7)
        let pieces: [[UInt8]] =
            ["a", "é", "€", "𝄞", "plain ASCII text"].map { Array($0.utf8) } + [[0xED, 0xA0], [0x80], [0xF4]]
        for _ in 0..<4_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let expected = self.standardLibraryAccepts(bytes)
            if self.isValid([bytes]) != expected
                || self.isValid([Array(bytes[..<cut]), Array(bytes[cut...])]) != expected
            {
                Issue.record("\(bytes)")
            }
        }
    }
}
