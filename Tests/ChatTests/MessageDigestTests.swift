import Chat
import Testing

@Suite struct MessageDigestTests {
    // Digests are stored with messages for as long as these exist: their form must never change.
    @Test("The digest of stored messages is the start of SHA-256 over length and bytes of each part")
    func knownDigest() {
        // python3: hashlib.sha256((5).to_bytes(8, "little") + b"hello").hexdigest()[:32]
        #expect(MessageDigest(of: ["hello"]) == MessageDigest(high: 0xfe74_5503_750f_dbf3, low: 0xe6ef_676d_16d8_5ee0))
        // hashlib.sha256(b"").hexdigest()[:32]
        #expect(MessageDigest(of: []) == MessageDigest(high: 0xe3b0_c442_98fc_1c14, low: 0x9afb_f4c8_996f_b924))
    }

    @Test("Different lists of parts have different digests, also where their texts run together the same")
    func partsDoNotRunTogether() {
        let lists = [[], [""], ["", ""], ["ab"], ["a", "b"], ["", "ab"], ["ab", ""], ["b", "a"], ["a\u{0}b"]]
        #expect(Set(lists.map(MessageDigest.init(of:))).count == lists.count)
    }

    @Test("The same parts have the same digest however their strings came to be")
    func equalPartsEqualDigests() {
        let long = String(repeating: "x😀", count: 1_000)
        let rebuilt = String(decoding: Array(long.utf8), as: UTF8.self)
        #expect(MessageDigest(of: [long]) == MessageDigest(of: [rebuilt]))
        #expect(MessageDigest(of: ["small"]) == MessageDigest(of: [String("a small one".dropFirst(2).prefix(5))]))
    }
}
