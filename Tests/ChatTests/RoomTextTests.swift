import Testing

@testable import Chat

@Suite("What people call their rooms")
struct RoomTextTests {
    @Test(
        "Names of every language pass",
        arguments: ["General", "Größe 1", "Общий чат", "日本語の部屋", "عام", "Πλατεία", "R&D: Q3", "🎉 party", "Café Ж"])
    func good(_ name: String) throws {
        #expect(try RoomText.name(name) == name)
    }

    @Test("White space around a name goes")
    func trimmed() throws {
        #expect(try RoomText.name("  General \n") == "General")
    }

    @Test(
        "Names that cannot be seen, or look like another, are refused",
        arguments: [
            "", "   ", "a\u{200B}b", "a\u{202E}b", "a\u{0}b", "tab\there", "a\u{2060}b", "no\u{00A0}break",
            "p\u{0430}ypal",
            "Gene\u{0433}al", "\u{0391}lpha", "a\u{E000}", "two\u{2028}lines", "\u{00AD}soft", "\u{3164}",
        ])
    func bad(_ name: String) {
        #expect(throws: ChatError.self) { try RoomText.name(name) }
    }

    @Test("A name of ten thousand characters is refused, one of a hundred is not")
    func long() throws {
        #expect(throws: ChatError.self) { try RoomText.name(String(repeating: "a", count: 10_000)) }
        #expect(throws: ChatError.self) { try RoomText.name(String(repeating: "a", count: 101)) }
        #expect(try RoomText.name(String(repeating: "ä", count: 100)).count == 100)
    }

    @Test("Settings out of their ranges are refused")
    func settings() throws {
        let changes: [(inout RoomSettings) -> Void] = [
            { $0.slowModeSeconds = -1 }, { $0.slowModeSeconds = 21_601 }, { $0.editWindowSeconds = -1 },
            { $0.retentionDays = 36_501 }, { $0.retentionCount = -5 }, { $0.maximumMembers = 1_000_001 },
            { $0.welcome = String(repeating: "a", count: 2_001) },
            { $0.wordFilter = [WordRule(word: "", action: .block)] },
            { $0.wordFilter = Array(repeating: WordRule(word: "a", action: .mask), count: 501) },
        ]
        for change in changes {
            var settings = RoomSettings()
            change(&settings)
            #expect(throws: ChatError.self) { try settings.check() }
        }
        try RoomSettings().check()
    }
}
