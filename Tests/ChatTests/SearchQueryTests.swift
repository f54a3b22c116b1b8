import BSON
import Chat
import Testing

@Suite struct SearchQueryTests {
    private func query(_ text: String) throws(ChatError) -> SearchQuery {
        try SearchQuery(text: text, author: nil, before: nil, limit: 50)
    }

    @Test(
        "A text of 1 to 256 scalars is taken as it is, patterns and operators included",
        arguments: [
            "a", " ", ".*", "^(a+)+$", "\\Q", "[", "{\"$gt\": \"\"}", "😀", "e\u{301}",
            String(repeating: "😀", count: 256),
        ])
    func accepts(_ text: String) throws {
        #expect(try query(text).text.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }

    @Test(
        "An empty or too long text, and one with U+0000, is a bad request",
        arguments: ["", String(repeating: "x", count: 257), "\u{0}", "a\u{0}b"])
    func refuses(_ text: String) {
        #expect(refusal { () throws(ChatError) in try query(text) }?.code == .badRequest)
    }

    @Test("Without a text it needs something else to look for")
    func withoutText() throws {
        func query(_ author: UserID?, _ has: String?) throws(ChatError) -> SearchQuery {
            try SearchQuery(
                text: nil, author: author, attributes: SearchQuery.attributes(has), before: nil, limit: 1)
        }
        #expect(refusal { () throws(ChatError) in try query(nil, nil) }?.code == .badRequest)
        #expect(try query(UserID("u"), nil).attributes.isEmpty)
        #expect(try query(nil, "file,link").attributes == [.file, .link])
        for has in ["", "files", "file,", "link;file", "FILE"] {
            #expect(refusal { () throws(ChatError) in try query(nil, has) }?.code == .badRequest, "\(has)")
        }
    }

    @Test("It carries the other conditions")
    func carries() throws {
        let id = try #require(ObjectID("0123456789abcdef01234567"))
        let query = try SearchQuery(text: "x", author: UserID("u"), before: id, limit: 7)
        #expect(try query.author == UserID("u"))
        #expect(query.before == id)
        #expect(query.limit == 7)
    }
}
