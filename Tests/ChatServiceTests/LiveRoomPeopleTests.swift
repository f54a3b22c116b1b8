import Chat
@testable import ChatService
import Testing

/// Who comes and goes, who is there and who types.
@Suite struct LiveRoomPeopleTests {
    private func isNotice(_ text: String?, _ user: String, _ word: String) -> Bool {
        text?.hasPrefix(
            #"{"type":"system","content":"User \#(user) \#(word) the chat","user_id":"\#(user)","timestamp":""#)
            ?? false
    }

    @Test("A joiner gets the history first, then, as everyone, the notice and the presence")
    func joins() {
        let fixture = RoomFixture(loaded: 1...3)
        let anna = fixture.join("anna")
        fixture.turn()
        var frames = anna.take()
        #expect(frames.count == 3)
        #expect(frames.first == historyFrame(1...3))
        #expect(isNotice(frames.dropFirst().first, "anna", "joined"))
        #expect(frames.last == presenceFrame("anna"))
        let ben = fixture.join("ben")
        fixture.turn()
        #expect(ben.takeTypes() == ["history", "system", "presence"])
        frames = anna.take()
        #expect(frames.count == 2)
        #expect(isNotice(frames.first, "ben", "joined"))
        #expect(frames.last == presenceFrame("anna", "ben"))
    }

    @Test("A second socket of a user gets its welcome and is noticed by nobody")
    func secondSocket() {
        let fixture = RoomFixture(loaded: 1...1)
        let first = fixture.join("anna")
        let ben = fixture.join("ben")
        fixture.turn()
        _ = (first.take(), ben.take())
        let second = fixture.join("anna")
        fixture.turn()
        #expect(second.take() == [historyFrame(1...1), presenceFrame("anna", "ben")])
        #expect(first.take() + ben.take() == [])
    }

    @Test("A user leaves with the last socket")
    func leaves() {
        let fixture = RoomFixture()
        let anna = fixture.join("anna")
        let bens = [fixture.join("ben"), fixture.join("ben")]
        fixture.turn()
        _ = anna.take()
        fixture.leave(bens[0])
        fixture.turn()
        #expect(anna.take() == [])
        fixture.leave(bens[1])
        fixture.turn()
        let frames = anna.take()
        #expect(isNotice(frames.first, "ben", "left"))
        #expect(frames.last == presenceFrame("anna"))
        fixture.leave(bens[1])
        fixture.turn()
        #expect(anna.take() == [])
    }

    @Test("Presence is repeated every ten seconds")
    func presenceIsRepeated() {
        let fixture = RoomFixture()
        let anna = fixture.join("anna")
        fixture.turn()
        _ = anna.take()
        fixture.advance(9.9)
        fixture.tick()
        #expect(anna.take() == [])
        fixture.advance(0.1)
        fixture.tick()
        #expect(anna.take() == [presenceFrame("anna")])
        fixture.tick()
        #expect(anna.take() == [])
    }

    @Test("In a large room a joiner gets the whole list once; all else is the count, at most once a second")
    func largeRoom() {
        let fixture = RoomFixture { $0.presenceList = 3 }
        let anna = fixture.join("anna")
        let more = ["b", "c"].map(fixture.join)
        fixture.turn()
        #expect(anna.take().last == presenceFrame("anna", "b", "c"))
        #expect(more[1].take().last == presenceFrame("anna", "b", "c"))

        fixture.advance(1)
        let fourth = fixture.join("d")
        fixture.turn()
        let frames = fourth.take()
        #expect(frames.first == historyFrame())
        #expect(frames.dropFirst().first == presenceFrame("anna", "b", "c", "d"))
        #expect(isNotice(frames.dropFirst(2).first, "d", "joined"))
        #expect(frames.dropFirst(3) == [#"{"type":"presence","count":4}"#])
        #expect(anna.take().last == #"{"type":"presence","count":4}"#)

        _ = fixture.join("e")
        _ = fixture.join("f")
        fixture.advance(0.9)
        fixture.tick()
        #expect(anna.takeTypes() == ["system", "system"])
        fixture.advance(0.1)
        fixture.tick()
        #expect(anna.take() == [#"{"type":"presence","count":6}"#])
        fixture.advance(10)
        fixture.tick()
        #expect(anna.take() == [#"{"type":"presence","count":6}"#])
    }

    @Test("A large room that shrinks tells the whole list again")
    func shrinks() {
        let fixture = RoomFixture { $0.presenceList = 2 }
        let anna = fixture.join("anna")
        let others = ["b", "c"].map(fixture.join)
        fixture.turn()
        _ = anna.take()
        fixture.leave(others[0])
        fixture.turn()
        #expect(anna.take().last == presenceFrame("anna", "c"))
    }

    @Test("Everyone hears who types, but the typer himself")
    func typing() {
        let fixture = RoomFixture()
        let (anna, ben, cleo) = (fixture.join("anna"), fixture.join("ben"), fixture.join("cleo"))
        let secondBen = fixture.join("ben")
        fixture.turn()
        for socket in [anna, ben, cleo, secondBen] { _ = socket.take() }
        fixture.type("ben")
        fixture.turn()
        #expect(anna.take() == [typingFrame("ben")])
        #expect(cleo.take() == [typingFrame("ben")])
        #expect(ben.take() + secondBen.take() == [])
        fixture.advance(1)
        fixture.type("anna")
        fixture.turn()
        #expect(anna.take() == [])
        #expect(ben.take() == [typingFrame("anna")])
        #expect(secondBen.take() == [typingFrame("anna")])
        #expect(cleo.take() == [typingFrame("ben", "anna")])
    }

    @Test("Typing ends after six seconds")
    func typingExpires() {
        let fixture = RoomFixture()
        let (anna, ben) = (fixture.join("anna"), fixture.join("ben"))
        fixture.type("ben")
        fixture.turn()
        _ = (anna.take(), ben.take())
        fixture.advance(5.9)
        fixture.tick()
        #expect(anna.take() == [])
        fixture.advance(0.1)
        fixture.tick()
        #expect(anna.take() == [typingFrame()])
        #expect(ben.take() == [])
    }

    @Test("Typing ends with the message, and is told behind it")
    func typingEndsWithMessage() {
        let fixture = RoomFixture()
        let (anna, ben) = (fixture.join("anna"), fixture.join("ben"))
        fixture.type("anna")
        fixture.turn()
        _ = (anna.take(), ben.take())
        fixture.advance(1)
        fixture.deliver(1...1)
        fixture.turn()
        #expect(ben.take() == [json(Sample.message(1)), typingFrame()])
        #expect(anna.take() == [json(Sample.message(1))])
    }

    @Test("Typing ends with the typer's last socket")
    func typingEndsWithLeaving() {
        let fixture = RoomFixture()
        let (anna, ben) = (fixture.join("anna"), fixture.join("ben"))
        fixture.type("ben")
        fixture.turn()
        _ = anna.take()
        fixture.advance(1)
        fixture.leave(ben)
        fixture.turn()
        #expect(anna.take().contains(typingFrame()))
    }

    @Test("Who is known as a member is known under the name he came with")
    func members() {
        let fixture = RoomFixture { $0.rememberedMembers = 2 }
        #expect(!fixture.room.isKnownMember(Sample.author("anna")))
        fixture.room.rememberMember(Sample.author("anna"))
        #expect(fixture.room.isKnownMember(Sample.author("anna")))
        #expect(!fixture.room.isKnownMember(Author(id: UserID(stored: "anna"), username: "Renamed")))
        for name in ["b", "c"] { fixture.room.rememberMember(Sample.author(name)) }
        #expect(fixture.room.isKnownMember(Sample.author("c")))
        #expect(!fixture.room.isKnownMember(Sample.author("anna")))
    }
}
