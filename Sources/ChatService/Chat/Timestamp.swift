/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// RFC 3339 in UTC with milliseconds, such as `2026-11-23T07:32:19.004Z`. Years outside 0000...9999 are
    /// clamped, as RFC 3339 has no form for them.
    package var description: String {
        String(unsafeUninitializedCapacity: Self.encodedLength) { target in
            writeRFC3339 { index, byte in target[index] = byte }
            return Self.encodedLength
        }
    }

    /// The length of the RFC 3339 form in bytes.
    package static let encodedLength = 24

    /// Hands out the bytes of the RFC 3339 form, each with its index in 0..<24, in any order.
    package func writeRFC3339(_ put: (Int, UInt8) -> Void) {
        let clamped = min(max(milliseconds, Self.year0), Self.year9999)
        let days = clamped.floorDivided(by: 86_400_000)
        let time = clamped - days * 86_400_000
        let date = Self.civil(fromDays: days)
        func digits(_ value: Int64, _ count: Int, at index: Int) {
            var rest = value
            for position in (index..<index + count).reversed() {
                put(position, UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
        }
        digits(date.year, 4, at: 0)
        put(4, UInt8(ascii: "-"))
        digits(date.month, 2, at: 5)
        put(7, UInt8(ascii: "-"))
        digits(date.day, 2, at: 8)
        put(10, UInt8(ascii: "T"))
        digits(time / 3_600_000, 2, at: 11)
        put(13, UInt8(ascii: ":"))
        digits(time / 60_000 % 60, 2, at: 14)
        put(16, UInt8(ascii: ":"))
        digits(time / 1_000 % 60, 2, at: 17)
        put(19, UInt8(ascii: "."))
        digits(time % 1_000, 3, at: 20)
        put(23, UInt8(ascii: "Z"))
    }

    private static let year0: Int64 = -62_167_219_200_000
    private static let year9999: Int64 = 253_402_300_799_999

    /// The proleptic Gregorian date of a day counted from 1970-01-01 (Howard Hinnant, *chrono-Compatible
    /// Low-Level Date Algorithms*, `civil_from_days`): years begin in March, in eras of 400 years.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
