import TestSupport
import Testing

@Suite("The terminal client, as a program against the real service")
struct ConnectCommandTests {
    @Test("A script says, edits, reacts, answers, reads and deletes, and shows what comes of it")
    func script() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let first = try await alice.said("first")
            let lines = [
                "hello", "/edit hello there", "/react #1 👍", "/reply #1 an answer", "/thread #1 in the thread",
                "/thread #1",
                "/read", "/unread", "/status busy soon back", "/delete #2",
            ]
            let token = try ChatFixture.token("bob", name: "Bob")
            let client = try ChildProcess(
                TestEnvironment.chat(),
                ["connect", "lobby", "--url", chat.server.socketURL, "--token", token])
            try client.write(lines.joined(separator: "\n") + "\n")
            client.closeInput()
            #expect(await client.ended() == 0, "\(client.text(.error))")
            let text = client.text(.output)
            for part in [
                "#1 alice: first", "#2 Bob: hello", "#2 edited: hello there", "#1 reactions: 👍 1",
                "an answer [answers #1]", "in the thread [in the thread of #1]", "--- thread", "nothing is unread",
                "#2 deleted by Bob",
            ] {
                #expect(text.contains(part), "\(part) is not in:\n\(text)")
            }
            let message = try await chat.get("/chat/lobby/messages/\(first)", "alice").body["message"]
            #expect(message?["reactions"]?.array?.count == 1)
            #expect(message?["thread"]?["reply_count"]?.int == 1)
            #expect(try await chat.get("/users/bob", "alice").body["text"]?.text == "soon back")
        }
    }
}
