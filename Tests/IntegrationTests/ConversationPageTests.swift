import BSON
import MongoStore
import TestSupport
import Testing

@Suite("Lists of what became of messages, page by page")
struct ConversationPageTests {
    /// All pages of a list, as texts of one field.
    private func all(
        _ chat: ChatFixture, _ path: String, _ list: String, _ field: String, next name: String, as position: String
    ) async throws -> [String] {
        var (found, query): ([String], String) = ([], "")
        while true {
            let page = try await chat.get("\(path)?limit=3\(query)", "alice").body
            let entries = page[list]?.array ?? []
            #expect(entries.count <= 3)
            found += entries.compactMap { $0[field]?.text }
            guard let next = page[name]?.text else { return found }
            query = "&\(position)=\(next)"
        }
    }

    @Test("Reactions come in the order in which they were given, all of them, also those of one moment")
    func reactions() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let id = try await alice.said("react")
            for number in 1...20 {
                let reaction = #""type":"reaction","message_id":"\#(id)","reaction":":r\#(number):","op":"add""#
                #expect(try await alice.refusal(reaction) == nil)
            }
            let path = "/chat/lobby/messages/\(id)/reactions"
            let found = try await all(chat, path, "reactions", "reaction", next: "next_after", as: "after")
            #expect(found.count == 20)
            #expect(Set(found) == Set((1...20).map { ":r\($0):" }))
            #expect(found.first == ":r1:")
            #expect(found.last == ":r20:")
            #expect(try await chat.get(path, "alice").body["reactions"]?.array?.count == 20)
            #expect(try await chat.get(path + "?after=nonsense", "alice").status == 400)
        }
    }

    @Test("Pins come the newest first, all of them")
    func pins() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            for number in 1...8 {
                let id = try await alice.said("pin \(number)")
                #expect(try await alice.refusal(#""type":"pin","message_id":"\#(id)","op":"add""#) == nil)
            }
            let found = try await all(
                chat, "/chat/lobby/pins", "messages", "content", next: "next_before", as: "before")
            #expect(found == (1...8).reversed().map { "pin \($0)" })
            #expect(try await chat.get("/chat/lobby/pins?before=7-x", "alice").status == 400)
        }
    }

    @Test("However often a message is edited, its newest hundred earlier versions are kept")
    func revisions() async throws {
        try await ChatFixture.with { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            let id = try await alice.said("version 0")
            for number in 1...110 {
                let edit = #""type":"edit","message_id":"\#(id)","content":"version \#(number)""#
                #expect(try await alice.refusal(edit) == nil)
            }
            let revisions = try await chat.get("/chat/lobby/messages/\(id)/revisions", "alice").body["revisions"]
            #expect(
                revisions?.array?.compactMap { $0["content"]?.text } == (10...109).reversed().map { "version \($0)" })
            #expect(try await chat.withDatabase { try $0.count("revisions", [:]) } == 100)
        }
    }
}
