/// Bytes with a subtype (0 generic, 4 UUID, 5 MD5, 0x80… own use).
package struct BSONBinary: Sendable, Hashable {
    /// The old generic subtype, whose payload carries a second length. Reader and writer take care of that length;
    /// ``bytes`` never holds it.
    static let oldGenericSubtype: UInt8 = 2

    /// 0 to 255; 128 and above are for own use.
    package var subtype: UInt8
    /// The payload, without any length.
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8], subtype: UInt8 = 0) {
        self.bytes = bytes
        self.subtype = subtype
    }
}
