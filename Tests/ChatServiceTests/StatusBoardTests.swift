import Chat
import NIOCore
import Testing

@testable import ChatService

@Suite("The status of those who are connected")
struct StatusBoardTests {
    private let ann = UserID(stored: "ann")
    private let lobby = RoomID(stored: "lobby")
    private let team = RoomID(stored: "team")
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func board() -> StatusBoard {
        var board = StatusBoard(awayAfter: .seconds(600))
        board.load(ann, .standard, now: start)
        board.connect(ann, now: start)
        _ = board.enter(ann, lobby)
        return board
    }

    @Test("Who is not connected is not shown, whatever he says of himself")
    func connected() {
        var board = StatusBoard(awayAfter: .seconds(600))
        board.load(ann, UserStatus(kind: .busy), now: start)
        #expect(board.shown(ann) == nil)
        board.connect(ann, now: start)
        #expect(board.shown(ann)?.word == "busy")
        board.connect(ann, now: start)
        #expect(board.disconnect(ann, now: start) == false)
        #expect(board.disconnect(ann, now: start) == true)
        #expect(board.shown(ann) == nil)
    }

    @Test("Nothing from any socket for long makes him away, anything brings him back, and both are told once")
    func away() {
        var board = board()
        let late = start + .seconds(601)
        #expect(board.visit(ann, lastActive: start, now: start + .seconds(599)).isIdle == false)
        let (isIdle, change) = board.visit(ann, lastActive: start, now: late)
        #expect(isIdle)
        #expect(change?.after.word == "away")
        #expect(change?.rooms == [lobby])
        #expect(board.visit(ann, lastActive: start, now: late).1 == nil)
        #expect(board.active(ann, now: late)?.after.word == "online")
        #expect(board.active(ann, now: late) == nil)
    }

    @Test("Who said that he is busy stays so while nothing comes from him")
    func busy() {
        var board = board()
        #expect(board.set(UserStatus(kind: .busy, text: "deep work"), of: ann)?.after.word == "busy")
        #expect(board.visit(ann, lastActive: start, now: start + .hours(2)).1 == nil)
        #expect(board.shown(ann)?.word == "busy")
    }

    @Test("Who hides is shown as one who is not there, and nothing of what he says is")
    func invisible() {
        var board = board()
        let change = board.set(UserStatus(kind: .invisible, text: "secret", emoji: "🤫"), of: ann)
        #expect(change?.hides == true)
        #expect(change?.after == .offline)
        #expect(board.shown(ann) == .offline)
        #expect(board.enter(ann, team) == true)
        // He is not seen last when he leaves.
        #expect(board.disconnect(ann, now: start) == false)
        board.connect(ann, now: start)
        #expect(board.set(.standard, of: ann)?.hides == false)
    }

    @Test("A status ends by itself")
    func expiry() {
        var board = board()
        let end = Timestamp(milliseconds: 5_000)
        #expect(board.set(UserStatus(kind: .busy, expiresAt: end), of: ann) != nil)
        #expect(board.expire(now: Timestamp(milliseconds: 4_999)) == [])
        #expect(board.expire(now: end).map(\.after.word) == ["online"])
        #expect(board.expire(now: end) == [])
    }

    @Test("A room is left with the last socket there; who is gone is forgotten after a while")
    func rooms() {
        var board = board()
        _ = board.enter(ann, lobby)
        board.leave(ann, lobby)
        #expect(board.set(UserStatus(kind: .busy), of: ann)?.rooms == [lobby])
        board.leave(ann, lobby)
        #expect(board.set(.standard, of: ann)?.rooms.isEmpty == true)
        _ = board.disconnect(ann, now: start)
        board.sweep(now: start + .seconds(59))
        #expect(board.knows(ann) == true)
        board.sweep(now: start + .seconds(61))
        #expect(board.knows(ann) == false)
    }
}
