import BSON
import Chat
@testable import ChatService
import NIOCore
import Testing

@Suite struct RecentMessagesTests {
    private func recent(_ seqs: ClosedRange<Int64>, capacity: Int = 10, firstSeq: Int64 = 1) -> RecentMessages {
        var recent = RecentMessages(capacity: capacity, firstSeq: firstSeq)
        for message in Sample.messages(seqs) { recent.append(message, json: ByteBuffer(string: "\(message.seq)")) }
        return recent
    }

    private struct Page: Equatable {
        var seqs: [Int64]
        var next: Int64?
    }

    /// The page as numbers; nil when it is not all there.
    private func page(_ recent: RecentMessages, _ position: HistoryPosition, _ limit: Int) -> Page? {
        recent.page(at: position, limit: limit).map { page in
            let next = page.nextBeforeID.map { id in (1...1_000).first { Sample.id($0) == id } ?? -1 }
            return Page(seqs: page.messages.compactMap { Int64(String(buffer: $0)) }, next: next)
        }
    }

    @Test("The newest messages, oldest first, as many as there are")
    func newest() {
        let recent = recent(21...35)
        #expect(recent.newest(3).map { String(buffer: $0) } == ["33", "34", "35"])
        #expect(recent.newest(50).count == 10)
        #expect(RecentMessages(capacity: 10, firstSeq: 1).newest(5).isEmpty)
    }

    @Test("Only the newest are kept")
    func capacity() {
        #expect(page(recent(1...100), .newest, 10) == Page(seqs: Array(91...100), next: 91))
    }

    @Test("A page of a long room is answered where all of it is here, to the very edge")
    func edges() {
        let recent = recent(21...30)
        #expect(page(recent, .newest, 10) == Page(seqs: Array(21...30), next: 21))
        #expect(page(recent, .newest, 11) == nil)
        #expect(page(recent, .newest, 4) == Page(seqs: [27, 28, 29, 30], next: 27))
        #expect(page(recent, .before(Sample.id(30)), 9) == Page(seqs: Array(21...29), next: 21))
        #expect(page(recent, .before(Sample.id(30)), 10) == nil)
        #expect(page(recent, .before(Sample.id(22)), 1) == Page(seqs: [21], next: 21))
        #expect(page(recent, .before(Sample.id(21)), 1) == nil)
    }

    @Test("A page that reaches the beginning of the room may be short and has no next")
    func beginning() {
        let recent = recent(1...7)
        #expect(page(recent, .newest, 50) == Page(seqs: Array(1...7), next: nil))
        #expect(page(recent, .newest, 7) == Page(seqs: Array(1...7), next: nil))
        #expect(page(recent, .newest, 6) == Page(seqs: Array(2...7), next: 2))
        #expect(page(recent, .before(Sample.id(2)), 50) == Page(seqs: [1], next: nil))
        #expect(page(recent, .before(Sample.id(1)), 50) == Page(seqs: [], next: nil))
    }

    @Test("Retention moves the beginning")
    func firstSeq() {
        let recent = recent(21...25, firstSeq: 21)
        #expect(page(recent, .newest, 50) == Page(seqs: Array(21...25), next: nil))
        #expect(page(recent, .before(Sample.id(23)), 2) == Page(seqs: [21, 22], next: nil))
    }

    @Test("The first message that falls out takes the beginning with it")
    func fallsOut() {
        #expect(page(recent(1...10), .newest, 50) == Page(seqs: Array(1...10), next: nil))
        #expect(page(recent(1...11), .newest, 50) == nil)
        #expect(page(recent(1...11), .newest, 10) == Page(seqs: Array(2...11), next: 2))
    }

    @Test("An id that is not here is left to the database, between, before and behind those that are")
    func unknownID() {
        let recent = recent(21...30)
        for id in [Sample.id(20), Sample.id(31), ObjectID(time: 1_795_419_139_025, counter: 1, random: 5)] {
            #expect(page(recent, .before(id), 2) == nil)
        }
    }

    @Test("Pages after an id are left to the database")
    func after() {
        #expect(page(recent(1...5), .after(Sample.id(2)), 2) == nil)
    }

    @Test("An empty room has one empty page")
    func empty() {
        let recent = RecentMessages(capacity: 10, firstSeq: 1)
        #expect(page(recent, .newest, 50) == Page(seqs: [], next: nil))
        #expect(page(recent, .before(Sample.id(3)), 50) == nil)
    }

    @Test("Paging back by next gives every message once", arguments: [1, 2, 3, 7, 10])
    func pagesBack(_ limit: Int) {
        let recent = recent(1...10)
        var seqs: [Int64] = []
        var position = HistoryPosition.newest
        while let page = page(recent, position, limit) {
            seqs = page.seqs + seqs
            guard let next = page.next else { break }
            position = .before(Sample.id(next))
        }
        #expect(seqs == Array(1...10))
    }
}
