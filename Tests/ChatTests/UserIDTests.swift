import Chat
import Testing

@Suite struct UserIDTests {
    @Test(
        "A user id is 1 to 128 bytes of any text",
        arguments: [
            "a", " ", "anna@example.org", "5f1", "名前", "😀", "{\"$gt\":\"\"}", "auth0|123",
            String(repeating: "x", count: 128), String(repeating: "é", count: 64), String(repeating: "😀", count: 32),
        ])
    func accepts(_ text: String) throws {
        #expect(try UserID(text).rawValue == text)
    }

    @Test(
        "What is empty, too long in bytes or holds control characters is a bad request",
        arguments: [
            "", "\u{0}", "a\u{0}b", "a\nb", "a\tb", "\u{1B}[31m", "a\u{7F}", "a\u{85}", "a\u{9F}", "\r\n",
            String(repeating: "x", count: 129), String(repeating: "é", count: 65), String(repeating: "😀", count: 33),
        ])
    func refuses(_ text: String) {
        #expect(refusal { () throws(ChatError) in try UserID(text) }?.code == .badRequest)
    }

    @Test("Ids that only look alike are different users, as they are for the database")
    func comparesBytes() throws {
        let composed = try UserID("caf\u{E9}")
        let decomposed = try UserID("cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect((composed < decomposed) != (decomposed < composed))
    }

    @Test("Equal ids are equal, hash alike and stand in no order")
    func equality() throws {
        let text = "anna"
        #expect(try UserID(text) == UserID(stored: String(decoding: Array(text.utf8), as: UTF8.self)))
        #expect(try UserID(text).hashValue == UserID("an" + "na").hashValue)
        #expect(try !(UserID(text) < UserID(text)))
        #expect(try UserID("a") < UserID("b") && UserID("a") < UserID("aa"))
    }
}
