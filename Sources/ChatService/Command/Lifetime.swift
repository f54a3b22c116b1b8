internal import ArgumentParser

/// A length of time as a person writes it: `90s`, `30m`, `24h`, `7d`, or seconds.
struct Lifetime: ExpressibleByArgument, CustomStringConvertible {
    let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? argument[...] : argument.dropLast()
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(digits), number > 0
        else { return nil }
        let (seconds, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooLarge else { return nil }
        self.seconds = seconds
    }

    var description: String { seconds % 3_600 == 0 ? "\(seconds / 3_600)h" : "\(seconds)s" }
    var defaultValueDescription: String { description }
}
