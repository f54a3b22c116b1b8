/// 64 bits of FNV-1a (Fowler, Noll, Vo; RFC 9923), as 16 hex digits: tells whether a definition is still the one that
/// was applied. It guards against mistakes, not against forgers.
enum Fingerprint {
    static func of(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
