import Chat
import Testing

@Suite struct MessageDraftTests {
    private func draft(_ content: String, clientID: String = "c1") throws(ChatError) -> MessageDraft {
        try MessageDraft(
            roomID: RoomID(stored: "r"), author: Author(id: UserID(stored: "u"), username: "U"), content: content,
            clientID: clientID)
    }

    @Test(
        "A content has 1 to 8,000 Unicode scalars, of one byte to four",
        arguments: ["a", "é", "房", "😀"])
    func lengthIsCountedInScalars(_ scalar: String) throws {
        #expect(try draft(scalar).content == scalar)
        #expect(try draft(String(repeating: scalar, count: 8_000)).content.unicodeScalars.count == 8_000)
        #expect(
            refusal { () throws(ChatError) in try draft(String(repeating: scalar, count: 8_001)) }?.code == .tooLarge)
    }

    @Test("A character of several scalars counts as all of them")
    func graphemesAreNotCounted() throws {
        let family = "👨‍👩‍👧‍👦"
        #expect(family.count == 1 && family.unicodeScalars.count == 7)
        #expect(try draft(String(repeating: family, count: 1_142)).content.unicodeScalars.count == 7_994)
        #expect(
            refusal { () throws(ChatError) in try draft(String(repeating: family, count: 1_143)) }?.code == .tooLarge)
    }

    @Test("An empty content is a bad request, a blank one is a message")
    func emptyContent() throws {
        #expect(refusal { () throws(ChatError) in try draft("") }?.code == .badRequest)
        #expect(try draft(" ").content == " ")
        #expect(try draft("\u{0}").content == "\u{0}")
    }

    @Test("A content is kept as it was sent: not trimmed, not normalised")
    func contentIsKept() throws {
        let content = " e\u{301} \u{FEFF}\r\n$where {\"$gt\": 1} "
        #expect(try Array(draft(content).content.unicodeScalars) == Array(content.unicodeScalars))
    }

    @Test(
        "A client_id is 1 to 128 bytes without control characters",
        arguments: ["1", " ", "é", String(repeating: "x", count: 128), String(repeating: "😀", count: 32)])
    func acceptsClientID(_ text: String) throws {
        #expect(try draft("hi", clientID: text).clientID == text)
    }

    @Test(
        "Any other client_id is a bad request",
        arguments: [
            "", "\u{0}", "a\nb", "\u{7F}", String(repeating: "x", count: 129), String(repeating: "😀", count: 33),
        ])
    func refusesClientID(_ text: String) {
        #expect(refusal { () throws(ChatError) in try draft("hi", clientID: text) }?.code == .badRequest)
    }

    @Test("Generated client_ids are valid and differ")
    func generatedClientIDs() throws {
        let ids = (0..<1_000).map { _ in MessageDraft.generatedClientID() }
        #expect(Set(ids).count == ids.count)
        for id in ids { _ = try draft("hi", clientID: id) }
    }

    @Test("The digest is of the content alone: the same for a resend, another for another content")
    func digest() throws {
        #expect(try draft("hi", clientID: "a").digest == draft("hi", clientID: "b").digest)
        #expect(try draft("hi").digest != draft("hi ").digest)
        #expect(try draft("caf\u{E9}").digest != draft("cafe\u{301}").digest)
    }
}
