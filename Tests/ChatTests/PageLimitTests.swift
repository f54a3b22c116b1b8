import Chat
import Testing

@Suite struct PageLimitTests {
    @Test(
        "A whole number is clamped to 1 to 200",
        arguments: [
            ("-1", 1), ("0", 1), ("-0", 1), ("1", 1), ("2", 2), ("50", 50), ("199", 199), ("200", 200), ("201", 200),
            ("10000", 200), ("007", 7), ("9223372036854775807", 200), ("9223372036854775808", 200),
            ("-9223372036854775808", 1), ("-9223372036854775809", 1), (String(repeating: "9", count: 400), 200),
            ("-" + String(repeating: "9", count: 400), 1), (String(repeating: "0", count: 400) + "3", 3),
        ])
    func clamps(_ text: String, _ value: Int) throws {
        #expect(try PageLimit.parse(text) == value)
    }

    @Test("A missing limit is 50")
    func standard() throws {
        #expect(try PageLimit.parse(nil) == 50)
    }

    @Test(
        "What is no whole number is a bad request",
        arguments: [
            "", "-", "--1", "abc", "+5", " 5", "5 ", "1.5", "1e3", "0x10", "1_000", "٣", "５", "NaN", "5\u{0}",
            "-\u{301}5", "5\u{301}",
        ])
    func refuses(_ text: String) {
        #expect(refusal { () throws(ChatError) in try PageLimit.parse(text) }?.code == .badRequest)
    }
}
