import BSON
import Chat
@testable import ChatService
import Testing

@Suite("What processes tell each other") struct SignalBoardTests {
    private let room = Sample.room
    private let anna = UserID(stored: "anna")
    private static let start: Int64 = 1_795_419_139_000

    private func sent(_ milliseconds: Int64, _ signal: Signal = .alive, from origin: String = "other") -> SentSignal {
        SentSignal(
            id: ObjectID(time: Self.start + milliseconds, counter: 0, random: UInt64(origin.count)), origin: origin,
            signal: signal)
    }

    private func mention(_ seq: Int64) -> Signal {
        .mention(MentionSignal(message: Sample.id(seq), mentions: Mentions(users: [anna])))
    }

    /// A board that knows of another process.
    private func acquainted() -> SignalBoard {
        var board = SignalBoard()
        _ = board.take()
        _ = board.hear([sent(0)], as: "me")
        _ = board.take()
        return board
    }

    @Test("Alone, it says that it is there, and keeps nothing")
    func alone() {
        var board = SignalBoard()
        board.add(mention(1))
        board.add(ReadSignal(room: room, user: anna, seq: 1, isShared: true))
        #expect(board.take() == [.alive])
        let later = (0..<SignalBoard.aliveEvery).map { _ in board.take() }
        #expect(later.filter { !$0.isEmpty } == [[.alive]])
    }

    @Test("Whoever is new is told at once that this process is there, and told of all that happens then")
    func acquaintance() {
        var board = SignalBoard()
        _ = board.take()
        #expect(board.hear([sent(0), sent(1, mention(7))], as: "me") == [mention(7)])
        board.add(mention(1))
        #expect(board.take() == [mention(1), .alive])
        board.add(mention(2))
        #expect(board.take() == [mention(2)])
        #expect(board.take() == [])
    }

    @Test("What is heard again, or was said by itself, is passed over")
    func once() {
        var board = acquainted()
        let signals = [sent(1, mention(1)), sent(2, mention(2), from: "me"), sent(3, mention(3))]
        #expect(board.hear(signals, as: "me") == [mention(1), mention(3)])
        #expect(board.hear(signals, as: "me") == [])
        // One that was stored late, though its id is older.
        #expect(board.hear([sent(2, mention(4), from: "third")] + signals, as: "me") == [mention(4)])
    }

    @Test("It looks from some seconds before the newest on, at first from now")
    func position() {
        var board = SignalBoard()
        let overlap = SignalBoard.overlapMilliseconds
        #expect(board.position(now: Self.start).milliseconds == Self.start - overlap)
        _ = board.hear([sent(60_000)], as: "me")
        #expect(board.position(now: Self.start + 99_000).milliseconds == Self.start + 60_000 - overlap)
    }

    @Test("Of what a user read in a room only the newest is told, in parts")
    func reads() {
        var board = acquainted()
        for seq in 1...9 { board.add(ReadSignal(room: room, user: anna, seq: Int64(seq), isShared: seq > 1)) }
        #expect(board.take() == [.reads([ReadSignal(room: room, user: anna, seq: 9, isShared: true)])])
        for number in 0..<SignalBoard.readsPerSignal + 1 {
            board.add(ReadSignal(room: room, user: UserID(stored: "u\(number)"), seq: 1, isShared: false))
        }
        #expect(board.take().count == 2)
    }

    @Test("A process that is silent is forgotten, and what waits is bounded")
    func bounds() {
        var board = acquainted()
        for number in 0..<SignalBoard.maximumWaiting + 10 { board.add(mention(Int64(number))) }
        #expect(board.take().count == SignalBoard.maximumWaiting)
        #expect(board.hasOthers)
        for _ in 0...SignalBoard.memory { _ = board.take() }
        #expect(!board.hasOthers)
    }
}
