import Crypto

/// The first 16 bytes of SHA-256 over what a client sent: tells a resent message from another message that
/// reuses its `client_id`.
package struct MessageDigest: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter parts: the fields that count, in a fixed order. Each is preceded by its length, so that two
    ///   different lists never give the same bytes.
    package init(of parts: [String]) {
        var hash = SHA256()
        for part in parts {
            var part = part
            part.withUTF8 { bytes in
                withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
                hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            }
        }
        (high, low) = hash.finalize().withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
