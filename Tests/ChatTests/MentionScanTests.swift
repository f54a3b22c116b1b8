import Chat
import Testing

@Suite("Finding mentions in a text")
struct MentionScanTests {
    @Test(
        "Names behind @ are found, each once",
        arguments: [
            ("hi @bob", ["bob"]), ("@bob: hello, (@Carol) and @dave.", ["bob", "Carol", "dave"]),
            ("@bob @BOB @Bob", ["bob"]), ("@müller und @山田さん", ["müller", "山田さん"]),
            ("@a.b-c_d...", ["a.b-c_d"]), ("say \"@bob\"!", ["bob"]), ("one\n@bob\n", ["bob"]),
        ])
    func found(_ text: String, _ names: [String]) {
        #expect(MentionScan(text).names == names)
    }

    @Test(
        "Addresses, escapes and lone signs are no mentions",
        arguments: [
            "bob@example.org", "https://example.org/@bob", "\\@bob", "@", "@ bob", "@@bob", "a_@bob",
            "@bob@example.org", "me.@bob", "",
        ])
    func none(_ text: String) {
        #expect(MentionScan(text).names.isEmpty, "\(text)")
    }

    @Test(
        "Nothing in code is a mention, whatever stands beside it is",
        arguments: [
            ("`@bob` @carol", ["carol"]), ("``a ` @bob`` @carol", ["carol"]), ("`@bob", ["bob"]),
            ("``@bob` @carol", ["bob", "carol"]), ("```\n@bob\n```\n@carol", ["carol"]),
            ("~~~\n@bob\n~~~ x\n@carol", []),
            ("~~~ swift\n@bob\n~~~~\n@carol", ["carol"]), ("```\n@bob", []), ("   ```\n@bob\n```\n@carol", ["carol"]),
            ("    ```\n@bob", ["bob"]), ("```@bob``` @carol", ["carol"]),
            ("@bob ```\n@carol\n``` @dave", ["bob", "carol"]),
        ])
    func code(_ text: String, _ names: [String]) {
        #expect(MentionScan(text).names == names, "\(text)")
    }

    @Test("@here and @room mean everyone, the greater one wins, and neither is a name")
    func everyone() {
        #expect(MentionScan("@here look").everyone == .here)
        #expect(MentionScan("@here @Room @here").everyone == .room)
        #expect(MentionScan("@here @bob").names == ["bob"])
        #expect(MentionScan("`@room`").everyone == nil)
    }

    @Test("Of many names the first fifty count, and hostile texts cost no more than others")
    func bounded() {
        let many = (0..<1_000).map { "@user\($0)" }.joined(separator: " ")
        #expect(MentionScan(many).names.count == 50)
        #expect(MentionScan("@" + String(repeating: "a", count: 200)).names.isEmpty)
        let hostile = (1...120).map { String(repeating: "`", count: $0) }.joined(separator: " @a ")
        let clock = ContinuousClock()
        let time = clock.measure {
            _ = MentionScan(hostile)
            _ = MentionScan(String(repeating: "@", count: 8_000))
            _ = MentionScan(String(repeating: "`@a", count: 2_600))
        }
        #expect(time < .seconds(2))
    }

    @Test("A listed id must be one, and counts once")
    func listed() throws {
        let ann = UserID(stored: "ann")
        #expect(try MentionCandidates(content: "hi", listed: ["ann", "ann"]).ids == [ann])
        #expect(throws: ChatError.self) { try MentionCandidates(content: "hi", listed: [""]) }
        #expect(throws: ChatError.self) { try MentionCandidates(content: "hi", listed: ["a\u{7}"]) }
    }
}
