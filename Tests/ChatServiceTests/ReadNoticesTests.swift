import Chat
import Testing

@testable import ChatService

@Suite("Telling who has read on")
struct ReadNoticesTests {
    private let start = ContinuousClock.now
    private let ann = UserID(stored: "ann")

    @Test("Of many steps the last is told, once a second")
    func coalesced() {
        var notices = ReadNotices()
        for seq in Int64(1)...50 { notices.note(ann, seq, isShared: true) }
        #expect(notices.take(now: start) == [.init(user: ann, seq: 50, isShared: true)])
        notices.note(ann, 51, isShared: true)
        #expect(notices.take(now: start.advanced(by: .milliseconds(999))).isEmpty)
        #expect(notices.take(now: start.advanced(by: .seconds(1))) == [.init(user: ann, seq: 51, isShared: true)])
        #expect(notices.take(now: start.advanced(by: .seconds(9))).isEmpty)
    }

    @Test("No more than a hundred are told at once; the others follow")
    func bounded() {
        var notices = ReadNotices()
        for number in 0..<150 { notices.note(UserID(stored: "u\(number)"), 1, isShared: true) }
        #expect(notices.take(now: start).count == 100)
        #expect(notices.take(now: start.advanced(by: .seconds(1))).count == 50)
    }
}
