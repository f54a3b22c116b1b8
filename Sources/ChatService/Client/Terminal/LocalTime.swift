#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A moment of the server in the person's own time zone.
package struct LocalTime: Hashable, Sendable {
    /// `2026-11-23`
    package var date: String
    /// `07:32`
    package var time: String

    /// - Parameter timestamp: RFC 3339 in UTC, such as `2026-11-23T07:32:19.004Z`; the fraction is not looked at.
    /// - Returns: `nil` when it is not of that form.
    package init?(timestamp: String) {
        let bytes = Array(timestamp.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":")
        else { return nil }
        func number(_ range: Range<Int>) -> Int32? {
            var value: Int32 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int32(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
        self.init(seconds: timegm(&parts))
    }

    /// - Parameter seconds: since 1970.
    package init(seconds: Int) {
        var moment = time_t(seconds)
        var parts = tm()
        localtime_r(&moment, &parts)
        func digits(_ value: Int32, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        self.date =
            "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        self.time = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2))"
    }

    package static func now() -> LocalTime { LocalTime(seconds: currentTime()) }
}

/// `time(2)`, under a name that the property above does not hide.
private func currentTime() -> Int { time(nil) }
