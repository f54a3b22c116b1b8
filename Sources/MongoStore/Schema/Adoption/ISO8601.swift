/// Reads the times that older applications stored as text.
enum ISO8601 {
    /// Milliseconds since 1970 of an ISO 8601 time as Python, JavaScript and others write it: a date, or date and time
    /// with `T` or a space between, seconds and their fraction left out or not, `Z`, `+02:00`, `+0200` or nothing (UTC)
    /// at the end. Nil for anything else.
    static func milliseconds(_ text: String) -> Int64? {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), (1...12).contains(month), (1...daysIn(month, of: year)).contains(day)
        else { return nil }
        var time: Int64 = 0
        var offset: Int64 = 0
        if !scanner.isAtEnd {
            guard scanner.skip("T") || scanner.skip(" ") || scanner.skip("t"), let clock = clock(&scanner),
                let zone = zone(&scanner)
            else { return nil }
            (time, offset) = (clock, zone)
        }
        guard scanner.isAtEnd else { return nil }
        return days(year, month, day) * 86_400_000 + time - offset
    }

    private static func clock(_ scanner: inout DigitScanner) -> Int64? {
        guard let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), hour < 24, minute < 60
        else { return nil }
        var milliseconds: Int64 = 0
        if scanner.skip(":") {
            guard let second = scanner.digits(2), second <= 60 else { return nil }
            milliseconds = second * 1000
            if scanner.skip(".") || scanner.skip(",") {
                guard let fraction = scanner.fraction() else { return nil }
                milliseconds += fraction
            }
        }
        return (hour * 60 + minute) * 60_000 + milliseconds
    }

    private static func zone(_ scanner: inout DigitScanner) -> Int64? {
        if scanner.isAtEnd || scanner.skip("Z") || scanner.skip("z") { return 0 }
        let sign: Int64 = scanner.skip("+") ? 1 : scanner.skip("-") ? -1 : 0
        guard sign != 0, let hours = scanner.digits(2), hours < 24 else { return nil }
        guard !scanner.isAtEnd else { return sign * hours * 3_600_000 }
        _ = scanner.skip(":")
        guard let minutes = scanner.digits(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes) * 60_000
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant, *chrono-Compatible Low-Level Date
    /// Algorithms*).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
