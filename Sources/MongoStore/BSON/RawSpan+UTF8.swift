extension RawSpan {
    /// Throws unless `start..<end` is well-formed UTF-8 (RFC 3629; Unicode 16, table 3-7: no overlong forms, no
    /// surrogates, nothing above U+10FFFF).
    func validateUTF8(from start: Int, to end: Int) throws(BSONError) {
        var position = start
        while position < end {
            // Most text is ASCII: eight bytes at a time.
            while end - position >= 8, uint64(at: position) & 0x8080_8080_8080_8080 == 0 {
                position += 8
            }
            guard position < end else { return }
            if byte(at: position) < 0x80 {
                position += 1
                continue
            }
            let length = lengthOfScalar(at: position, end: end)
            guard length > 0 else {
                throw BSONError(.invalidUTF8, "no UTF-8", offset: position)
            }
            position += length
        }
    }

    /// The number of bytes of the well-formed scalar at `offset` that is not ASCII, 0 when there is none.
    private func lengthOfScalar(at offset: Int, end: Int) -> Int {
        let length: Int
        /// What the second byte may be; the ones after it are 80…BF.
        let second: ClosedRange<UInt8>
        switch byte(at: offset) {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard length <= end - offset, second.contains(byte(at: offset + 1)) else { return 0 }
        for index in 2..<max(length, 2) where byte(at: offset + index) & 0xC0 != 0x80 {
            return 0
        }
        return length
    }
}
