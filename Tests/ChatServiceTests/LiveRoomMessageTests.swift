import Chat
@testable import ChatService
import NIOCore
import Testing

/// What a room shows of its messages, and to whom.
@Suite struct LiveRoomMessageTests {
    @Test("A joiner's history is the newest fifty, oldest first; what follows comes live, without a gap or a repeat")
    func welcomePosition() {
        let fixture = RoomFixture(loaded: 1...120)
        let anna = fixture.join("anna")
        #expect(anna.take() == [historyFrame(71...120)])
        fixture.deliver(121...122)
        // In the turn in which 121 and 122 are still on their way to those who are there.
        let ben = fixture.join("ben")
        fixture.deliver(123...123)
        fixture.turn()
        let messages = (121...123).map { json(Sample.message($0)) }
        #expect(anna.take().filter { $0.hasPrefix(#"{"type":"message""#) } == messages)
        let frames = ben.take()
        #expect(frames.first == historyFrame(73...122))
        #expect(frames.filter { $0.hasPrefix(#"{"type":"message""#) } == [messages[2]])
    }

    @Test("The history is that of the moment, however many joined before")
    func historyIsFresh() {
        let fixture = RoomFixture()
        #expect(fixture.join("anna").take() == [historyFrame()])
        #expect(fixture.join("ben").take() == [historyFrame()])
        fixture.deliver(1...1)
        #expect(fixture.join("cleo").take() == [historyFrame(1...1)])
        fixture.deliver(2...2)
        #expect(fixture.join("dan").take() == [historyFrame(1...2)])
    }

    @Test("Messages are shown once and in order, whoever brings them, and never over a gap")
    func gate() {
        let fixture = RoomFixture(loaded: 1...5)
        let anna = fixture.join("anna")
        fixture.turn()
        _ = anna.take()
        fixture.deliver(6...7)
        fixture.deliver(6...8)
        fixture.deliver(10...11)
        fixture.turn()
        #expect(anna.take() == (6...8).map { json(Sample.message($0)) })
        #expect(fixture.room.delivered == 8)
        #expect(fixture.room.missing(before: Sample.messages(10...11)) == 9...9)
    }

    @Test("What is stored while a room is loaded follows what was read")
    func loadsWhileMessagesArrive() {
        let fixture = RoomFixture()
        let room = LiveRoom(id: Sample.room, hub: fixture.hub, limits: .init(), now: fixture.now)
        #expect(room.delivered == nil)
        #expect(room.recentPage(at: .newest, limit: 5) == nil)
        room.deliver(Sample.messages(4...5), now: fixture.now)
        room.deliver(Sample.messages(6...7), now: fixture.now)
        #expect(room.missing(before: Sample.messages(9...9)) == nil)
        room.load(Sample.messages(1...5), of: Sample.roomRecord(firstSeq: 1), now: fixture.now)
        #expect(room.delivered == 7)
        let page = room.recentPage(at: .newest, limit: 50)
        #expect(page?.messages.map { String(buffer: $0) } == Sample.messages(1...7).map(json))
        #expect(page?.nextBeforeID == nil)
        room.load(Sample.messages(1...2), of: Sample.roomRecord(firstSeq: 1), now: fixture.now)
        #expect(room.delivered == 7)
    }

    @Test("An empty room that retention has emptied from the front begins behind it")
    func emptyRoom() {
        let fixture = RoomFixture()
        let room = LiveRoom(id: Sample.room, hub: fixture.hub, limits: .init(), now: fixture.now)
        room.load([], of: Sample.roomRecord(firstSeq: 8), now: fixture.now)
        #expect(room.delivered == 7)
        room.deliver(Sample.messages(8...8), now: fixture.now)
        #expect(room.delivered == 8)
    }

    @Test("Only so many messages stay in memory")
    func memoryIsBounded() {
        let fixture = RoomFixture { $0.recentMessages = 60 }
        fixture.deliver(1...500)
        #expect(fixture.room.recentPage(at: .newest, limit: 60)?.messages.count == 60)
        #expect(fixture.room.recentPage(at: .newest, limit: 61) == nil)
    }

    @Test("A socket of events hears of everything, each as type and data, and makes nobody come or go")
    func events() {
        let fixture = RoomFixture(loaded: 1...2)
        let listener = fixture.listen()
        fixture.turn()
        #expect(listener.take() == [])
        let anna = fixture.join("anna")
        fixture.deliver(3...3)
        fixture.advance(1)
        fixture.type("anna")
        fixture.advance(1)
        fixture.leave(anna)
        fixture.turn()
        let frames = listener.take()
        #expect(frames.allSatisfy { $0.contains(#","data":{"#) })
        let data = json(Sample.message(3)).replacing(#"{"type":"message","#, with: "")
        #expect(frames.contains(#"{"type":"message","data":{\#(data)}"#))
        #expect(frames.contains(#"{"type":"typing","data":{"users":["anna"]}}"#))
        #expect(frames.contains(#"{"type":"presence","data":{"online_users":["anna"],"count":1}}"#))
        #expect(frames.contains(#"{"type":"presence","data":{"online_users":[],"count":0}}"#))
        #expect(frames.count { $0.hasPrefix(#"{"type":"system","data":{"content":"User anna "#) } == 2)
        #expect(anna.takeTypes().first == "history")
    }

    @Test("A socket of events gets the messages after its coming, each once")
    func eventsPosition() {
        let fixture = RoomFixture(loaded: 1...2)
        let first = fixture.listen()
        fixture.deliver(3...4)
        let second = fixture.listen()
        fixture.deliver(5...5)
        fixture.turn()
        #expect(first.take().count == 3)
        #expect(second.take().count == 1)
        fixture.room.removeEventListener()
        fixture.room.removeEventListener()
        fixture.deliver(6...6)
        fixture.turn()
        #expect(first.take() == [])
    }

    @Test("A room whose order is lost ends all its sockets, behind what they were told")
    func ends() {
        let fixture = RoomFixture()
        let sockets = [fixture.join("anna"), fixture.join("ben"), fixture.listen()]
        fixture.deliver(1...1)
        fixture.room.end()
        fixture.deliver(2...2)
        fixture.turn()
        #expect(sockets.allSatisfy { $0.hasEnded })
        #expect(sockets[0].take().last == json(Sample.message(1)))
    }
}
