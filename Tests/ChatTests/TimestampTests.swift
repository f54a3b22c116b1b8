import Chat
import Foundation
import Testing

@Suite struct TimestampTests {
    /// Foundation's own ISO 8601 form, with which ours must agree.
    private static func expected(_ milliseconds: Int64) -> String {
        let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .dash, dateTimeSeparator: .standard, timeSeparator: .colon, timeZoneSeparator: .omitted,
            includingFractionalSeconds: false, timeZone: TimeZone(secondsFromGMT: 0) ?? .gmt)
        let whole = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(style)
        let fraction = String(milliseconds - seconds * 1_000 + 1_000).dropFirst()
        // Whole seconds are exact as Doubles; the fraction is put in by hand, since Foundation's is not.
        return whole.replacingOccurrences(of: "Z", with: ".\(fraction)Z")
    }

    @Test(
        "The form is RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-1_000, "1969-12-31T23:59:59.000Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_795_419_139_004, "2026-11-23T07:32:19.004Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-2_203_891_200_001, "1900-02-28T23:59:59.999Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func known(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test("Years outside 0000 to 9999 are clamped, to the very ends of the number range")
    func bounds() {
        let first = "0000-01-01T00:00:00.000Z"
        let last = "9999-12-31T23:59:59.999Z"
        #expect(Timestamp(milliseconds: -62_167_219_200_000).description == first)
        #expect(Timestamp(milliseconds: -62_167_219_200_001).description == first)
        #expect(Timestamp(milliseconds: -62_167_219_199_999).description == "0000-01-01T00:00:00.001Z")
        #expect(Timestamp(milliseconds: .min).description == first)
        #expect(Timestamp(milliseconds: 253_402_300_799_999).description == last)
        #expect(Timestamp(milliseconds: 253_402_300_800_000).description == last)
        #expect(Timestamp(milliseconds: .max).description == last)
    }

    @Test("It agrees with Foundation on random times from 1600 to 9999", arguments: 1...5 as ClosedRange<UInt64>)
    func agreesWithFoundation(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let milliseconds = Int64.random(in: -11_676_096_000_000...253_402_300_799_999, using: &random)
            #expect(Timestamp(milliseconds: milliseconds).description == Self.expected(milliseconds), "seed \(seed)")
        }
    }

    @Test("It agrees with Foundation around the ends of all months of four centuries' leap and other years")
    func agreesAtMonthEnds() {
        for year in [1_600, 1_700, 1_896, 1_900, 1_968, 1_970, 1_999, 2_000, 2_023, 2_024, 2_100, 2_400] {
            for month in 1...12 {
                let day = DateComponents(
                    calendar: Calendar(identifier: .gregorian), timeZone: .gmt, year: year, month: month, day: 1)
                guard let start = day.date.map({ Int64($0.timeIntervalSince1970) * 1_000 }) else { continue }
                for milliseconds in [start - 86_400_000, start - 1, start, start + 86_399_999] {
                    #expect(Timestamp(milliseconds: milliseconds).description == Self.expected(milliseconds))
                }
            }
        }
    }

    @Test("The bytes are handed out each once")
    func bytesOnce() {
        var seen = Array(repeating: 0, count: Timestamp.encodedLength)
        Timestamp(milliseconds: 1_795_419_139_004).writeRFC3339 { index, _ in seen[index] += 1 }
        #expect(seen.allSatisfy { $0 == 1 })
    }

    @Test("Texts order as the times do")
    func order() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let times = (0..<2).map { _ in
                Timestamp(milliseconds: Int64.random(in: -1_000_000_000_000...4_000_000_000_000, using: &random))
            }
            #expect((times[0] < times[1]) == (times[0].description < times[1].description))
        }
    }
}
