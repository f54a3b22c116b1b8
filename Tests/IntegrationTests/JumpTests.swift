import BSON
import Chat
import TestSupport
import Testing

@Suite("Jumping in history, over real sockets on a real database")
struct JumpTests {
    private func contents(_ page: JSON) -> [String] {
        page["messages"]?.array?.compactMap { $0["content"]?.text } ?? []
    }

    @Test("Around a message or a time stand those before and behind it; from there it goes on in both directions")
    func around() async throws {
        try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "0"]) { chat in
            let alice = try await chat.joinV2("lobby", "alice")
            var ids: [String] = []
            var times: [String] = []
            for number in 0..<30 {
                try await alice.send(#"{"type":"message","content":"\#(number)","client_id":"c\#(number)"}"#)
                let answer = try await alice.next("ack")
                ids.append(try #require(answer["_id"]?.text))
                times.append(try #require(answer["timestamp"]?.text))
            }
            let path = "/chat/lobby/history"
            var page = try await chat.get("\(path)?around_id=\(ids[15])&limit=6").body
            #expect(contents(page) == ["12", "13", "14", "15", "16", "17"])
            let (older, newer) = (page["next_before_id"]?.text, page["next_after_id"]?.text)
            page = try await chat.get("\(path)?before_id=\(try #require(older))&limit=3").body
            #expect(contents(page) == ["9", "10", "11"])
            page = try await chat.get("\(path)?after_id=\(try #require(newer))&limit=3").body
            #expect(contents(page) == ["18", "19", "20"])
            #expect(page["next_after_id"]?.text == ids[20])
            // At the ends there is less on one side.
            page = try await chat.get("\(path)?around_id=\(ids[1])&limit=6").body
            #expect(contents(page) == ["0", "1", "2", "3", "4", "5"])
            #expect(page["next_before_id"] == .null)
            page = try await chat.get("\(path)?around_id=\(ids[29])&limit=6").body
            #expect(contents(page) == ["24", "25", "26", "27", "28", "29"])
            page = try await chat.get("\(path)?at=\(times[15])&limit=200").body
            #expect(contents(page).count == 30)
            page = try await chat.get("\(path)?at=2001-01-01T00:00:00Z&limit=2").body
            #expect(contents(page) == ["0", "1"])
            page = try await chat.get("\(path)?at=2090-01-01T00:00:00%2B02:00&limit=2").body
            #expect(contents(page) == ["28", "29"])
            #expect(contents(try await chat.get("/chat/empty/history?at=2001-01-01T00:00:00Z").body).isEmpty)
        }
    }

    @Test("What is no time or id, or two places at once, is refused")
    func refused() async throws {
        try await ChatFixture.with { chat in
            let id = "6b03f7f2d8406175c8cd7193"
            for query in [
                "at=yesterday", "at=", "around_id=x", "around_id=\(id)&at=2001-01-01T00:00:00Z",
                "around_id=\(id)&before_id=\(id)",
            ] {
                let answer = try await chat.get("/chat/lobby/history?\(query)")
                #expect(answer.status == 400, "\(query)")
            }
        }
    }
}
