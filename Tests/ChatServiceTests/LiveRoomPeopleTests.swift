import Chat
@testable import ChatService
import Foundation
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
        fixture.advance(9.4)
        fixture.tick()
        #expect(anna.take() == [])
        fixture.advance(0.1)
        fixture.tick()
        #expect(anna.take() == [presenceFrame("anna")])
        fixture.tick()
        #expect(anna.take() == [])
    }

    @Test("In a large room a joiner gets the whole list once; all else is gathered and told at most once a second")
    func largeRoom() {
        let fixture = RoomFixture { $0.presence.smallRoom = 3 }
        let anna = fixture.join("anna")
        let more = ["b", "c"].map { fixture.join($0) }
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
        #expect(anna.take() == [])
        fixture.advance(0.1)
        fixture.tick()
        let told = anna.take()
        #expect(told.count == 2)
        #expect(told[0].wholeMatch(of: /.*"content":"User [ef] and 1 other joined the chat".*"others":1}/) != nil)
        #expect(told[1] == #"{"type":"presence","count":6}"#)
        fixture.advance(10)
        fixture.tick()
        #expect(anna.take() == [#"{"type":"presence","count":6}"#])
    }

    @Test("Thousands who come at once cost each of them a handful of frames, not one for each of the others")
    func storm() {
        let fixture = RoomFixture()
        let count = 10_000
        // Every tenth looks at what it gets: who looks costs the test, not the room.
        var people: [RoomFixture.Socket] = []
        for number in 1...count {
            if number % 1_000 == 0 {
                fixture.advance(1)
                fixture.tick()
            }
            let socket = fixture.join("user\(number)", number % 2 == 0 ? .basic : .second)
            if number % 10 == 0 { people.append(socket) } else { socket.mute() }
            fixture.turn()
        }
        for _ in 1...3 {
            fixture.advance(1)
            fixture.tick()
        }
        // Those of the first hundred are told one by one.
        let counts = people.dropFirst(10).map { $0.take().count }
        print("join storm of \(count): \(counts.reduce(0, +) / counts.count) frames each, at most \(counts.max() ?? 0)")
        #expect((counts.max() ?? 0) <= 40, "\(counts.max() ?? 0)")
    }

    @Test("Who comes to a large room and leaves again before that was told is not told of")
    func passesThrough() {
        let fixture = RoomFixture { $0.presence.smallRoom = 2 }
        let anna = fixture.join("anna")
        for name in ["b", "c", "d"] { _ = fixture.join(name) }
        fixture.turn()
        _ = anna.take()
        let guest = fixture.join("e")
        fixture.leave(guest)
        fixture.advance(2)
        fixture.tick()
        #expect(!anna.take().contains { $0.contains(#""user_id":"e""#) })
    }

    @Test(
        "In a large room the list of a newcomer and the changes told from then on make who is here",
        arguments: [1, 2, 3])
    func snapshotAndChanges(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let fixture = RoomFixture { $0.presence.smallRoom = 2 }
        var here: [RoomFixture.Socket] = ["a", "b", "c"].map { fixture.join($0, .second) }
        var followed: [(socket: RoomFixture.Socket, users: Set<String>)] = []
        for step in 0..<200 {
            switch Int.random(in: 0..<4, using: &dice) {
            case 0, 1:
                let socket = fixture.join("user\(step % 17)", .second)
                here.append(socket)
                if step % 10 == 0 { followed.append((socket, [])) }
            case 2 where here.count > 4:
                let index = Int.random(in: 0..<here.count, using: &dice)
                guard !followed.contains(where: { $0.socket === here[index] }) else { continue }
                fixture.leave(here.remove(at: index))
            default:
                fixture.advance(0.4)
                fixture.tick()
            }
        }
        fixture.advance(2)
        fixture.tick()
        let expected = Set(here.map(\.author.id.rawValue))
        for index in followed.indices {
            for frame in followed[index].socket.take() {
                let change = try JSONDecoder().decode(Change.self, from: Data(frame.utf8))
                followed[index].users.formUnion((change.online_users ?? []) + (change.joined ?? []))
                followed[index].users.subtract(change.left ?? [])
            }
            #expect(followed[index].users == expected, "seed \(seed)")
        }
        #expect(!followed.isEmpty)
    }

    private struct Change: Decodable {
        var online_users: [String]?
        var joined: [String]?
        var left: [String]?
    }

    @Test("A large room that shrinks tells the whole list again")
    func shrinks() {
        let fixture = RoomFixture { $0.presence.smallRoom = 2 }
        let anna = fixture.join("anna")
        let others = ["b", "c"].map { fixture.join($0) }
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
        let access = RoomFixture().room.access
        let anna = Sample.author("anna")
        #expect(!access.isKnownMember(anna))
        access.set(.member(Membership(role: .member)), of: anna.id, username: anna.username)
        #expect(access.isKnownMember(anna))
        #expect(!access.isKnownMember(Author(id: anna.id, username: "Renamed")))
        access.sweep(now: .now.advanced(by: .seconds(3_600)))
        #expect(!access.isKnownMember(anna))
    }
}
