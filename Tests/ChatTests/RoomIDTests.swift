import Chat
import Testing

@Suite struct RoomIDTests {
    @Test(
        "A room id is 1 to 64 of the allowed characters",
        arguments: [
            "a", "Z", "0", "_", "-", ":", "general", "Room.1:topic_x-y", "...", ".a", "me2", "Me", "DIRECT", "direct.",
            String(repeating: "x", count: 64),
        ])
    func accepts(_ text: String) throws {
        let id = try RoomID(text)
        #expect(id.rawValue == text)
        #expect(id.description == text)
    }

    @Test(
        "Anything else is a bad request",
        arguments: [
            "", " ", "a b", "a/b", "a%2Fb", "a\\b", "é", "e\u{301}", "房间", "😀", "a\u{0}", "a\n", "\u{7F}", "$where",
            "a@b", "a{", "a[", "a`", String(repeating: "x", count: 65), String(repeating: "x", count: 100_000),
        ])
    func refuses(_ text: String) {
        #expect(refusal { () throws(ChatError) in try RoomID(text) }?.code == .badRequest)
    }

    @Test("The words that paths use are no room ids", arguments: [".", "..", "direct", "me"])
    func refusesReserved(_ text: String) {
        #expect(refusal { () throws(ChatError) in try RoomID(text) }?.code == .badRequest)
    }

    @Test("Of all single bytes exactly the letters, the digits and _ : - are room ids")
    func singleCharacters() {
        let allowed = (UInt8.min...UInt8.max).filter { byte in
            refusal { () throws(ChatError) in try RoomID(String(decoding: [byte], as: UTF8.self)) } == nil
        }
        // "." is allowed in a room id, but reserved alone.
        #expect(allowed.count == 26 + 26 + 10 + "_:-".count)
        #expect(!allowed.contains(UInt8(ascii: ".")))
    }
}
