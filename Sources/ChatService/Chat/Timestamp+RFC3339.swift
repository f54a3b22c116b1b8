extension Timestamp {
    /// Reads `2026-11-23T07:32:19Z` and its like: with or without a fraction of a second (cut off behind the
    /// milliseconds), with `Z` or an offset (RFC 3339, section 5.6). A leap second counts as the one before it. Nil for
    /// any other text.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard (20...64).contains(bytes.count) else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func isMark(_ index: Int, _ marks: String) -> Bool { marks.utf8.contains(bytes[index]) }
        guard let year = number(0..<4), isMark(4, "-"), let month = number(5..<7), isMark(7, "-"),
            let day = number(8..<10), isMark(10, "Tt "), let hour = number(11..<13), isMark(13, ":"),
            let minute = number(14..<16), isMark(16, ":"), let second = number(17..<19),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var position = 19
        var milliseconds: Int64 = 0
        if isMark(position, ".") {
            let digits = bytes[(position + 1)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty else { return nil }
            for index in 0..<3 {
                let digit = index < digits.count ? digits[digits.startIndex + index] : UInt8(ascii: "0")
                milliseconds = milliseconds * 10 + Int64(digit - UInt8(ascii: "0"))
            }
            position += 1 + digits.count
        }
        guard position < bytes.count else { return nil }
        var offset: Int64 = 0
        if isMark(position, "Zz") {
            guard position + 1 == bytes.count else { return nil }
        } else {
            guard isMark(position, "+-"), bytes.count == position + 6, isMark(position + 3, ":"),
                let hours = number(position + 1..<position + 3), hours < 24,
                let minutes = number(position + 4..<position + 6), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isMark(position, "-") ? -1 : 1)
        }
        let seconds = Self.days(toYear: year, month: month, day: day) * 86_400 + hour * 3_600 + (minute - offset) * 60
        self.init(milliseconds: (seconds + min(second, 59)) * 1_000 + milliseconds)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant, *chrono-Compatible Low-Level
    /// Date Algorithms*, `days_from_civil`).
    private static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
