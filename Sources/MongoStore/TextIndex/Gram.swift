/// A short run of folded scalars, or another property of a message, as a hash of 32 bits. Two may share one: the index
/// then names a message too many, which is found out when the message is read.
///
/// Of what is written with an alphabet, all runs of three scalars. Of ideographs, kana, Hangul and emoji, where one sign
/// says as much as a syllable or a word, each sign and each pair with one in it. What runs a text has depends on nothing
/// outside of them, so the runs of a part of a text are among those of the text.
package struct Gram: Hashable, Sendable {
    package let hash: UInt32

    package init(hash: UInt32) {
        self.hash = hash
    }

    private init(_ first: UInt32, _ second: UInt32 = 0, _ third: UInt32 = 0) {
        // The finalizer of MurmurHash3 (Appleby, 2011), over a mixture of the scalars.
        var mixed =
            UInt64(first) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(second) &* 0xC2B2_AE3D_27D4_EB4F
            ^ UInt64(third) &* 0x1656_67B1_9E37_79F9
        mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash = UInt32(truncatingIfNeeded: mixed >> 32)
    }

    /// Something else than text: numbers beyond Unicode keep it apart.
    package static func property(_ kind: UInt32) -> Gram {
        Gram(0x11_0000 + kind)
    }

    /// The same with a value, such as a user id.
    package static func property(_ kind: UInt32, of value: String) -> Gram {
        let hash = value.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Gram(0x11_0000 + kind, UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32))
    }

    /// All of a folded text, some more than once.
    package static func forEach(in scalars: [UInt32], _ body: (Gram) -> Void) {
        scalars.withUnsafeBufferPointer { text in
            for index in 0..<text.count {
                let isDense = Self.isDense(text[index])
                if isDense { body(Gram(text[index])) }
                guard index + 1 < text.count else { return }
                let nextIsDense = Self.isDense(text[index + 1])
                if isDense || nextIsDense {
                    body(Gram(text[index], text[index + 1]))
                } else if index + 2 < text.count, !Self.isDense(text[index + 2]) {
                    body(Gram(text[index], text[index + 1], text[index + 2]))
                }
            }
        }
    }

    /// Those of a folded pattern, each once, the rarest first, as far as their letters tell.
    package static func ofPattern(_ scalars: [UInt32]) -> [Gram] {
        var found: [(gram: Gram, weight: Int)] = []
        for start in 0..<scalars.count {
            for length in 1...3 where start + length <= scalars.count {
                let run = Array(scalars[start..<start + length])
                let dense = run.count(where: isDense)
                guard length == 3 ? dense == 0 : dense > 0 else { continue }
                let gram =
                    length == 1 ? Gram(run[0]) : length == 2 ? Gram(run[0], run[1]) : Gram(run[0], run[1], run[2])
                guard !found.contains(where: { $0.gram == gram }) else { continue }
                found.append((gram, run.reduce(0) { $0 + weight($1) }))
            }
        }
        return found.sorted { $0.weight > $1.weight }.map(\.gram)
    }

    /// Letters in the order of how common they are in European languages, roughly; anything else counts as rare.
    private static let common = Array(" etaoinsrhldcumfpgywbvkxjqz".unicodeScalars.map(\.value))

    private static func weight(_ scalar: UInt32) -> Int {
        common.firstIndex(of: scalar) ?? (isDense(scalar) ? 30 : 25)
    }

    private static func isDense(_ scalar: UInt32) -> Bool {
        guard scalar >= 0x2600 else { return false }
        return scalar <= 0x27BF || 0x2E80...0xA4CF ~= scalar || 0xAC00...0xD7A3 ~= scalar || 0xF900...0xFAFF ~= scalar
            || 0x1F000...0x1FAFF ~= scalar || 0x20000...0x3FFFF ~= scalar
    }
}
