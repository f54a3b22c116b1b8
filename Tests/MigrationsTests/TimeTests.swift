import Testing

@testable import MongoStore

struct TimeTests {
    @Test(arguments: [
        ("2026-11-23T07:46:37.430892+00:00", 1_795_419_997_430),  // Python, aware
        ("2026-11-23T07:46:37.430892", 1_795_419_997_430),  // Python, naive
        ("2026-11-23 07:46:37", 1_795_419_997_000),  // SQL
        ("2026-11-23T07:46:37.430Z", 1_795_419_997_430),  // JavaScript
        ("2026-11-23T08:46:37,4+0100", 1_795_419_997_400),
        ("2026-11-23T02:16:37.05-05:30", 1_795_419_997_050),
        ("2026-11-23T07:46Z", 1_795_419_960_000),
        ("2026-11-23", 1_795_392_000_000),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000),
    ])
    func readsWhatLanguagesWrite(text: String, milliseconds: Int) {
        #expect(ISO8601.milliseconds(text) == Int64(milliseconds))
    }

    @Test(arguments: [
        "", "x", "2026", "2026-11", "2026-13-01", "2026-02-29", "1900-02-29", "2026-11-31", "2026-11-23T",
        "2026-11-23T7:46",
        "2026-11-23T24:00:00Z", "2026-11-23T07:60:00Z", "2026-11-23T07:46:37.", "2026-11-23T07:46:37 UTC",
        "2026-11-23T07:46:37Zx", "2026-11-23T07:46:37+1", "2026-11-23T07:46:37+25:00", "٢٠٢٦-١١-٢٣",
        "2026-11-23\n",
    ])
    func refusesEverythingElse(text: String) {
        #expect(ISO8601.milliseconds(text) == nil)
    }

    @Test func whatIsWrittenIsReadBack() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            let seconds = Int64.random(in: -30_000_000_000...200_000_000_000, using: &generator)
            let text = TimeText.utc(seconds * 1000).dropLast(4)
            // Years of other than four digits are not read.
            guard text.count == 19 else { continue }
            #expect(ISO8601.milliseconds(String(text)) == seconds * 1000, "\(text)")
        }
    }

    @Test func durationsAreShort() {
        #expect(TimeText.duration(.milliseconds(7)) == "7 ms")
        #expect(TimeText.duration(.milliseconds(12_345)) == "12.3 s")
        #expect(TimeText.duration(.seconds(260)) == "4 min 20 s")
    }
}
