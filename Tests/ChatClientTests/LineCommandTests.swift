import Testing

@testable import ChatClient

@Suite struct LineCommandTests {
    @Test(arguments: [
        ("hello", LineCommand.say("hello")), ("  indented ", .say("  indented ")), ("two\nlines\n", .say("two\nlines")),
        ("", .nothing), ("   \t", .nothing), ("/quit", .quit), (" /quit ", .quit), ("/who", .who),
        ("/history", .history), ("/search", .search(nil)), ("/search  a b ", .search("a b")), ("/help", .help),
        ("/me waves", .unknown("/me")), ("/", .unknown("/")), ("//slash", .say("/slash")), ("//", .say("/")),
        ("/searching x", .unknown("/searching")),
    ])
    func `a line is text or a command`(line: String, expected: LineCommand) {
        #expect(LineCommand(line) == expected)
    }
}
