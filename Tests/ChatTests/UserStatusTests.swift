import Chat
import Testing

@Suite("What a user may say of himself")
struct UserStatusTests {
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func status(
        _ word: String, text: String? = nil, emoji: String? = nil, until: String? = nil
    ) throws -> UserStatus {
        try UserStatus(status: word, text: text, emoji: emoji, expiresAt: until, now: now)
    }

    @Test("The four words, a text, an emoji and an end in the future are taken")
    func good() throws {
        for word in ["online", "away", "busy", "invisible"] { #expect(try status(word).kind.rawValue == word) }
        let full = try status("busy", text: "in a meeting", emoji: "📅", until: "2023-11-15T00:00:00+01:00")
        #expect(full.text == "in a meeting")
        #expect(full.current(at: now) == full)
        #expect(full.current(at: try #require(full.expiresAt)) == .standard)
        #expect(try status("online", text: "", emoji: "").text == nil)
    }

    @Test("Anything else is refused")
    func bad() {
        #expect(throws: ChatError.self) { try status("offline") }
        #expect(throws: ChatError.self) { try status("busy", text: String(repeating: "x", count: 101)) }
        #expect(throws: ChatError.self) { try status("busy", text: "a\nb") }
        #expect(throws: ChatError.self) { try status("busy", emoji: "ab") }
        #expect(throws: ChatError.self) { try status("busy", emoji: String(repeating: "👩‍", count: 5_000)) }
        for until in ["tomorrow", "2023-11-14T00:00:00Z", "2031-01-01T00:00:00Z", ""] {
            #expect(throws: ChatError.self, "\(until)") { try status("busy", until: until) }
        }
    }
}

@Suite("Reading times as RFC 3339 writes them")
struct TimestampReadingTests {
    @Test("What is written is read again")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let time = Timestamp(
                milliseconds: Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &generator))
            #expect(Timestamp(rfc3339: time.description) == time)
        }
    }

    @Test(
        "Offsets, fractions and leap seconds are understood",
        arguments: [
            ("2026-11-27T12:00:00Z", "2026-11-27T12:00:00.000Z"),
            ("2026-11-27t12:00:00.5z", "2026-11-27T12:00:00.500Z"),
            ("2026-11-27T12:00:00.123999+02:00", "2026-11-27T10:00:00.123Z"),
            ("2026-01-01T00:30:00-00:45", "2026-01-01T01:15:00.000Z"),
            ("2024-02-29 23:59:60Z", "2024-02-29T23:59:59.000Z"),
        ])
    func good(_ text: String, _ time: String) {
        #expect(Timestamp(rfc3339: text)?.description == time)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "2026-11-27", "2026-11-27T12:00:00", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z",
            "2026-11-27T24:00:00Z",
            "2026-11-27T12:60:00Z", "2026-11-27T12:00:61Z", "2026-11-27T12:00:00.Z", "2026-11-27T12:00:00ZZ",
            "2026-11-27T12:00:00+2:00", "2026-11-27T12:00:00+24:00", "+026-11-27T12:00:00Z",
            "2026-11-27T12:00:00.123456789",
            "２０２６-11-27T12:00:00Z",
        ])
    func bad(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil, "\(text)")
    }
}
