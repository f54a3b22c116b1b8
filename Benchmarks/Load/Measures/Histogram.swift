/// Counts durations in buckets of at most 1.6 % width, in microseconds.
///
/// Each power of two is divided into 64 equal buckets (the layout of HdrHistogram).
struct Histogram {
    private static let subBits = 6
    private static let subCount = 1 << subBits

    private var buckets = [UInt64](repeating: 0, count: (64 - subBits + 1) << subBits)
    private(set) var count: UInt64 = 0
    private(set) var maximum: UInt64 = 0

    mutating func record(microseconds value: UInt64) {
        buckets[Self.bucket(of: value)] += 1
        count += 1
        maximum = max(maximum, value)
    }

    /// The value below or at which the share of all lies, in milliseconds; nil when nothing was recorded.
    /// - Parameter share: 0 to 1.
    func milliseconds(atShare share: Double) -> Double? {
        guard count > 0 else { return nil }
        let wanted = max(1, UInt64((Double(count) * share).rounded(.up)))
        var seen: UInt64 = 0
        for (bucket, number) in buckets.enumerated() {
            seen += number
            if seen >= wanted { return Double(min(Self.upperBound(of: bucket), maximum)) / 1_000 }
        }
        return Double(maximum) / 1_000
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= UInt64(subCount) else { return Int(value) }
        let shift = (UInt64.bitWidth - 1 - value.leadingZeroBitCount) - subBits
        return ((shift + 1) << subBits) + Int(value >> UInt64(shift)) - subCount
    }

    private static func upperBound(of bucket: Int) -> UInt64 {
        guard bucket >= subCount else { return UInt64(bucket) }
        let shift = (bucket >> subBits) - 1
        return (UInt64(bucket & (subCount - 1) + subCount + 1) << UInt64(shift)) - 1
    }
}
