/// A 12-byte ObjectId that is also a hybrid logical clock (Kulkarni et al., *Logical Physical Clocks*, 2014).
///
/// From the left: 32 bits seconds since 1970, 10 bits milliseconds, 14 bits counter, 40 bits random per process; so the
/// order of the bytes is the order of time. Ids of other drivers have random bits where ours have milliseconds.
package struct ObjectID: Hashable, Sendable, Comparable {
    /// Bytes 0 to 7, big-endian.
    package let high: UInt64
    /// Bytes 8 to 11, big-endian.
    package let low: UInt32

    /// The id of two big-endian numbers.
    package init(high: UInt64, low: UInt32) {
        self.high = high
        self.low = low
    }

    /// - Parameters:
    ///   - milliseconds: since 1970; clamped to 0 … 2106-02-07T06:28:15.999Z, which is what 32 bits of seconds hold.
    ///   - counter: 14 bits; higher bits are ignored.
    ///   - random: 40 bits; higher bits are ignored.
    package init(time milliseconds: Int64, counter: UInt16, random: UInt64) {
        let tick = Self.tick(atMilliseconds: milliseconds) | UInt64(counter) & 0x3FFF
        self.init(tick: tick, random: random)
    }

    /// The id of 12 bytes; nil when there are not exactly 12.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 12 else { return nil }
        var high: UInt64 = 0
        var low: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            if index < 8 {
                high = high << 8 | UInt64(byte)
            } else {
                low = low << 8 | UInt32(byte)
            }
        }
        self.init(high: high, low: low)
    }

    /// The smallest id of a time: `id >= lowest(atMilliseconds: t)` exactly when `id.milliseconds >= t`.
    package static func lowest(atMilliseconds milliseconds: Int64) -> ObjectID {
        ObjectID(time: milliseconds, counter: 0, random: 0)
    }

    /// The creation time in milliseconds since 1970. In ids of other drivers the part below a second is arbitrary, and
    /// at most 999.
    package var milliseconds: Int64 {
        Int64(high >> 32) * 1000 + min(Int64(high >> 22 & 0x3FF), 999)
    }

    /// Appends the 12 bytes.
    package func write(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
    }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

// The clock part: seconds, milliseconds and counter as one number of 56 bits.
extension ObjectID {
    static let millisecondShift: UInt64 = 14
    static let secondShift: UInt64 = 24
    static let highestTick: UInt64 = 1 << 56 - 1

    init(tick: UInt64, random: UInt64) {
        self.init(high: tick << 8 | random >> 32 & 0xFF, low: UInt32(truncatingIfNeeded: random))
    }

    var tick: UInt64 {
        high >> 8
    }

    static func tick(atMilliseconds milliseconds: Int64) -> UInt64 {
        let clamped = UInt64(min(max(milliseconds, 0), Int64(UInt32.max) * 1000 + 999))
        return (clamped / 1000) << secondShift | (clamped % 1000) << millisecondShift
    }
}
