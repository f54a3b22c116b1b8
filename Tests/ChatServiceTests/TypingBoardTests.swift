import Chat
@testable import ChatService
import Testing

@Suite struct TypingBoardTests {
    private static let start = ContinuousClock.now
    private let anna = UserID(stored: "anna")
    private let ben = UserID(stored: "ben")

    private func at(_ seconds: Double) -> ContinuousClock.Instant { Self.start.advanced(by: .seconds(seconds)) }

    @Test("A first sign is told at once; everyone hears of the typer, he himself nothing")
    func firstSign() {
        var board = TypingBoard()
        #expect(!board.isActive)
        board.set(anna, isTyping: true, now: at(0))
        let notice = board.takeNotice(now: at(0))
        #expect(notice == .init(typing: [anna], changed: [anna]))
        #expect(notice?.list(for: anna) == nil)
        #expect(notice?.list(for: ben) == [anna])
        #expect(board.takeNotice(now: at(0)) == nil)
        #expect(board.isActive)
    }

    @Test("Changes are told at most once a second")
    func onceASecond() {
        var board = TypingBoard()
        board.set(anna, isTyping: true, now: at(0))
        _ = board.takeNotice(now: at(0))
        board.set(ben, isTyping: true, now: at(0.2))
        #expect(board.takeNotice(now: at(0.2)) == nil)
        #expect(board.takeNotice(now: at(0.999)) == nil)
        let notice = board.takeNotice(now: at(1))
        #expect(notice?.typing == [anna, ben])
        #expect(notice?.list(for: anna) == [ben])
        #expect(notice?.list(for: ben) == nil)
        #expect(notice?.list(for: UserID(stored: "eve")) == [anna, ben])
    }

    @Test("Who began and stopped between two notices is not mentioned")
    func cancelsOut() {
        var board = TypingBoard()
        board.set(anna, isTyping: true, now: at(0))
        _ = board.takeNotice(now: at(0))
        board.set(ben, isTyping: true, now: at(0.1))
        board.set(ben, isTyping: false, now: at(0.2))
        #expect(board.takeNotice(now: at(5)) == nil)
    }

    @Test("Stopping is told to the others, with whom is still typing")
    func stopping() {
        var board = TypingBoard()
        for user in [anna, ben] { board.set(user, isTyping: true, now: at(0)) }
        _ = board.takeNotice(now: at(0))
        board.set(anna, isTyping: false, now: at(2))
        let notice = board.takeNotice(now: at(2))
        #expect(notice == .init(typing: [ben], changed: [anna]))
        #expect(notice?.list(for: anna) == nil)
        #expect(notice?.list(for: ben) == [])
        #expect(notice?.special == [anna, ben])
    }

    @Test("A sign lasts six seconds, not a moment less or more")
    func expires() {
        var board = TypingBoard()
        board.set(anna, isTyping: true, now: at(0))
        _ = board.takeNotice(now: at(0))
        #expect(board.takeNotice(now: at(5.999)) == nil)
        #expect(board.takeNotice(now: at(6)) == .init(typing: [], changed: [anna]))
        #expect(board.takeNotice(now: at(100)) == nil)
        #expect(!board.isActive)
    }

    @Test("Each further sign lasts six seconds anew and is told to nobody")
    func renews() {
        var board = TypingBoard()
        board.set(anna, isTyping: true, now: at(0))
        _ = board.takeNotice(now: at(0))
        board.set(anna, isTyping: true, now: at(5))
        #expect(board.takeNotice(now: at(10.999)) == nil)
        #expect(board.takeNotice(now: at(11))?.typing == [])
    }

    @Test("Stopping without having begun is nothing")
    func stopsWithoutBeginning() {
        var board = TypingBoard()
        board.set(anna, isTyping: false, now: at(0))
        #expect(board.takeNotice(now: at(0)) == nil)
        #expect(!board.isActive)
    }

    @Test("The list is bounded, and has room again when somebody stops")
    func bounded() {
        var board = TypingBoard()
        for number in 0..<60 { board.set(UserID(stored: "\(number)"), isTyping: true, now: at(0)) }
        #expect(board.takeNotice(now: at(0))?.typing.count == TypingBoard.maximumCount)
        board.set(UserID(stored: "0"), isTyping: false, now: at(1))
        board.set(anna, isTyping: true, now: at(1))
        let notice = board.takeNotice(now: at(1))
        #expect(notice?.typing.count == TypingBoard.maximumCount)
        #expect(notice?.typing.last == anna)
    }
}
