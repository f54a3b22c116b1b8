import BSON
import Chat
@testable import ChatService
import NIOCore
import Testing

@Suite("Coming back to a room") struct LiveRoomResumeTests {
    private func cursor(_ seq: Int64, epoch: Int64 = 1, rev: Int64 = 0) -> Cursor {
        Cursor(epoch: epoch, seq: seq, rev: rev)
    }

    private func text(_ cursor: Cursor) -> String { cursor.text(in: Sample.room) }

    private func message(_ seq: Int64) -> String {
        json(Sample.message(seq)).dropLast() + #","cursor":"\#(text(cursor(seq)))"}"#
    }

    private func resumed(_ from: Int64, _ to: Int64, changed: Int = 0, rev: Int64 = 0) -> String {
        #"{"type":"resumed","room_id":"general","from":\#(from),"to":\#(to),"count":\#(to - from),"#
            + #""changed":\#(changed),"#
            + #""cursor":"\#(text(cursor(to, rev: rev)))"}"#
    }

    private func resync(_ reason: String, at seq: Int64) -> String {
        #"{"type":"resync","room_id":"general","reason":"\#(reason)","cursor":"\#(text(cursor(seq)))"}"#
    }

    @Test("A cursor brings all that came after it, each with the cursor behind it, then the live messages")
    func resumes() {
        let fixture = RoomFixture(loaded: 1...10)
        let anna = fixture.join("anna", .second, from: .cursor(cursor(7)))
        fixture.deliver(11...12)
        fixture.turn()
        let frames = anna.take()
        #expect(Array(frames.prefix(4)) == [message(8), message(9), message(10), resumed(7, 10)])
        #expect(frames.filter { $0.contains(#""type":"message""#) } == (8...12).map(message))
    }

    @Test("A cursor at the end brings nothing but that it was heard")
    func nothingMissed() {
        let fixture = RoomFixture(loaded: 1...10)
        #expect(fixture.join("anna", .second, from: .cursor(cursor(10))).take().first == resumed(10, 10))
        let empty = RoomFixture()
        #expect(empty.join("anna", .second, from: .cursor(cursor(0))).take().first == resumed(0, 0))
    }

    @Test(
        "A cursor that cannot be followed brings one resync and the newest messages",
        arguments: [
            (Cursor(epoch: 2, seq: 5, rev: 0), "epoch"), (Cursor(epoch: 1, seq: 31, rev: 0), "ahead"),
            (Cursor(epoch: 1, seq: 30, rev: 1), "ahead"), (Cursor(epoch: 1, seq: 9, rev: 0), "too_far"),
        ])
    func resyncs(_ cursor: Cursor, _ reason: String) {
        let fixture = RoomFixture(loaded: 1...30) { $0.resumedMessages = 20 }
        let frames = fixture.join("anna", .second, from: .cursor(cursor)).take()
        #expect(frames.first == resync(reason, at: 30))
        #expect(frames.dropFirst().first?.hasPrefix(#"{"type":"history","room_id":"general","messages":["#) == true)
        #expect(frames.dropFirst().first?.hasSuffix(#""cursor":"\#(text(self.cursor(30)))"}"#) == true)
    }

    @Test("Below what retention left, a cursor is expired")
    func expired() {
        let fixture = RoomFixture()
        let room = LiveRoom(id: Sample.room, hub: fixture.hub, limits: .init(), now: fixture.now)
        room.load(Sample.messages(21...25), of: Sample.roomRecord(firstSeq: 21), now: fixture.now)
        func arrival(_ seq: Int64) -> String {
            guard
                case .welcome(let welcome) = room.join(
                    UserID(stored: "anna"), outlet: 1, dialect: .second, from: .cursor(cursor(seq)), now: fixture.now)
            else { return "needs" }
            let recorder = FrameRecorder()
            recorder.add(welcome.frames)
            return recorder.take().first ?? ""
        }
        #expect(arrival(19) == resync("expired", at: 25))
        #expect(arrival(20).hasPrefix(#"{"type":"message""#))
    }

    @Test("What is no longer in memory is asked for, and then there, also when more comes meanwhile")
    func reads() {
        let fixture = RoomFixture(loaded: 41...60) {
            $0.recentMessages = 20
            $0.resumedMessages = 50
        }
        let anna = fixture.socket("anna", .second)
        #expect(fixture.arrive(anna, from: .cursor(cursor(30))) == .messages(from: 31))
        #expect(fixture.room.absent(.messages(from: 31)) == 31...40)
        fixture.deliver(61...65)
        #expect(fixture.room.absent(.messages(from: 31)) == 31...45)
        fixture.room.addOlder(Sample.messages(31...45), readAfter: 0, now: fixture.now)
        #expect(fixture.room.absent(.messages(from: 31)) == nil)
        #expect(fixture.arrive(anna, from: .cursor(cursor(30))) == nil)
        #expect(Array(anna.take().prefix(36)) == (31...65).map(message) + [resumed(30, 65)])
        // After a while, memory is what it was.
        fixture.advance(61)
        fixture.tick()
        #expect(fixture.room.absent(.messages(from: 31)) == 31...45)
    }

    @Test("Basic dialect: after_id brings up to as many newer messages as are resumed, in the history frame")
    func afterID() {
        let fixture = RoomFixture(loaded: 1...30) { $0.resumedMessages = 20 }
        #expect(fixture.join("anna", from: .after(Sample.id(25))).take().first == historyFrame(26...30))
        #expect(fixture.join("ben", from: .after(Sample.id(30))).take().first == historyFrame())
        #expect(fixture.join("cleo", from: .after(Sample.id(10))).take().first == historyFrame(11...30))
        let gap = historyFrame(11...30).dropLast() + #","gap":true}"#
        #expect(fixture.join("dan", from: .after(Sample.id(9))).take().first == String(gap))
    }

    @Test("Basic dialect: for an id older than memory, what may be sent is asked for first")
    func afterOldID() {
        let fixture = RoomFixture(loaded: 41...60) {
            $0.recentMessages = 20
            $0.resumedMessages = 30
        }
        let anna = fixture.socket("anna")
        #expect(fixture.arrive(anna, from: .after(Sample.id(35))) == .messages(from: 30))
        fixture.room.addOlder(Sample.messages(30...40), readAfter: 0, now: fixture.now)
        #expect(fixture.arrive(anna, from: .after(Sample.id(35))) == nil)
        #expect(anna.take().first == historyFrame(36...60))
    }

    private func change(_ rev: Int64, of seq: Int64, _ content: String) -> AppliedChange {
        var message = Sample.message(seq, content)
        message.details = MessageDetails()
        message.details?.editedAt = Timestamp(milliseconds: 0)
        return AppliedChange(
            change: Change(
                id: Sample.id(1_000 + rev), roomID: Sample.room, rev: rev, messageID: message.id, kind: .edited,
                userID: UserID(stored: "anna"), at: Timestamp(milliseconds: 0)),
            message: message)
    }

    private func contents(_ frames: [String]) -> [String] {
        frames.compactMap { $0.firstMatch(of: /"content":"([^"]*)"/).map { String($0.1) } }
    }

    @Test("Who comes while a change is on its way has it in his history, and does not hear of it again")
    func changeOnItsWay() {
        let fixture = RoomFixture(loaded: 1...3)
        let ben = fixture.join("ben", .second)
        fixture.turn()
        _ = ben.take()
        fixture.room.deliver([change(1, of: 2, "edited")])
        fixture.deliver(4...4)
        // Its cursor would lead back behind message 4.
        let anna = fixture.join("anna", .second)
        fixture.turn()
        #expect(anna.takeTypes() == ["history", "presence", "system", "presence_diff"])
        #expect(Array(ben.takeTypes().prefix(2)) == ["message_updated", "message"])
    }

    @Test("A change of a message that is not shown yet waits for it, as its process may still show it as it was sent")
    func changeBeforeItsMessage() {
        let fixture = RoomFixture(loaded: 1...3)
        let anna = fixture.join("anna", .second)
        fixture.turn()
        _ = anna.take()
        let changes = [change(1, of: 4, "edited"), change(2, of: 1, "behind it")]
        fixture.room.deliver(changes)
        fixture.turn()
        #expect(anna.takeTypes().isEmpty)
        #expect(fixture.room.deliveredRev == 0)
        fixture.deliver(4...4)
        fixture.turn()
        #expect(anna.takeTypes() == ["message", "message_updated", "message_updated"])
    }

    @Test("A change is shown with the cursor behind it, once and in order, and history shows the message as it is now")
    func changes() {
        let fixture = RoomFixture(loaded: 1...3)
        let (anna, old) = (fixture.join("anna", .second), fixture.join("old"))
        fixture.turn()
        (_, _) = (anna.take(), old.take())
        fixture.room.deliver([change(1, of: 2, "edited once")])
        fixture.room.deliver([change(1, of: 2, "edited once"), change(2, of: 2, "edited twice"), change(4, of: 1, "x")])
        fixture.turn()
        let frames = anna.take()
        #expect(contents(frames) == ["edited once", "edited twice"])
        #expect(
            frames[0].hasPrefix(#"{"type":"message_updated","room_id":"general","change":"edited","user_id":"anna","#))
        #expect(frames[1].hasSuffix(#""cursor":"\#(text(cursor(3, rev: 2)))"}"#))
        #expect(old.take() == [])
        #expect(fixture.room.deliveredRev == 2)
        #expect(contents([fixture.join("ben").take()[0].replacing("},{", with: "}\n{")]).first == "message 1")
        #expect(fixture.join("ben").take()[0].contains("edited twice"))
    }

    @Test("A cursor brings the messages that changed behind it, each once and as it is now")
    func resumesChanges() {
        let fixture = RoomFixture(loaded: 1...5)
        fixture.room.deliver([change(1, of: 2, "a"), change(2, of: 3, "b"), change(3, of: 2, "c")])
        func frames(_ rev: Int64) -> [String] {
            Array(fixture.join("anna", .second, from: .cursor(cursor(5, rev: rev))).take().dropLast())
        }
        #expect(contents(frames(0)) == ["b", "c"])
        #expect(frames(0).last == resumed(5, 5, changed: 2, rev: 3))
        #expect(contents(frames(2)) == ["c"])
        #expect(contents(frames(3)) == [])
    }

    @Test("Changes that are no longer in memory are asked for")
    func readsChanges() {
        let fixture = RoomFixture()
        let room = LiveRoom(id: Sample.room, hub: fixture.hub, limits: .init(), now: fixture.now)
        room.load(Sample.messages(1...5), rev: 7, of: Sample.roomRecord(), now: fixture.now)
        func arrive() -> Arrival {
            room.join(
                UserID(stored: "anna"), outlet: 1, dialect: .second, from: .cursor(cursor(5, rev: 4)), now: fixture.now)
        }
        guard case .needs(let missed) = arrive() else {
            Issue.record("it should need changes")
            return
        }
        #expect(missed == .changes(from: 5))
        #expect(room.absent(missed) == 5...7)
        room.deliver([change(8, of: 1, "live")])
        #expect(room.absent(missed) == 5...7)
        room.addOlder([change(5, of: 2, "a"), change(6, of: 3, "b"), change(7, of: 2, "c")], now: fixture.now)
        guard case .welcome(let welcome) = arrive() else {
            Issue.record("it should be welcome")
            return
        }
        let recorder = FrameRecorder()
        recorder.add(welcome.frames)
        #expect(contents(recorder.take()) == ["b", "c", "live"])
    }

    @Test(
        "Messages that were read before a change of them was shown are taken with it; where that is not known, not at all"
    )
    func olderThanAChange() {
        let fixture = RoomFixture(loaded: 41...60) { $0.recentMessages = 20 }
        let anna = fixture.socket("anna", .second)
        #expect(fixture.arrive(anna, from: .cursor(cursor(37))) == .messages(from: 38))
        // They are read; before they arrive, one of them and one that is here change.
        let read = Sample.messages(38...40)
        fixture.room.deliver([change(1, of: 39, "edited"), change(2, of: 60, "too"), change(3, of: 39, "edited twice")])
        fixture.room.addOlder(read, readAfter: 0, now: fixture.now)
        #expect(fixture.arrive(anna, from: .cursor(cursor(37, rev: 3))) == nil)
        let frames = contents(Array(anna.take().prefix(23)))
        #expect(Array(frames.prefix(3)) == ["message 38", "edited twice", "message 40"])
        #expect(frames.last == "too")
    }

    @Test("Messages that were read before more changes than are remembered are read again")
    func olderThanMemory() {
        let fixture = RoomFixture(loaded: 41...60) { $0.recentMessages = 20 }
        fixture.room.deliver((1...Int64(RecentChanges.standardCapacity) + 1).map { change($0, of: 60, "\($0)") })
        fixture.room.addOlder(Sample.messages(31...40), readAfter: 0, now: fixture.now)
        #expect(fixture.room.absent(.messages(from: 31)) == 31...40)
        fixture.room.addOlder(Sample.messages(31...40), readAfter: 1, now: fixture.now)
        #expect(fixture.room.absent(.messages(from: 31)) == nil)
    }

    @Test("More than may be sent at once, in bytes, brings a resync, whether messages or changes weigh so much")
    func bytes() {
        let text = String(repeating: "x", count: 8_000)
        let fixture = RoomFixture(loaded: 1...4) { $0.resumedBytes = 64_000 }
        fixture.room.deliver((5...14).map { Sample.message($0, text) }, now: fixture.now)
        #expect(fixture.join("anna", .second, from: .cursor(cursor(4))).take().first == resync("too_far", at: 14))
        let enough = fixture.join("ben", .second, from: .cursor(cursor(8))).take()
        #expect(enough.filter { $0.contains(#""type":"message""#) }.count == 6)
        #expect(enough.contains(resumed(8, 14)))
        // Basic dialect: the newest that fit, and that there were more.
        let history = fixture.join("cleo", from: .after(Sample.id(4))).take().first ?? ""
        #expect(history.hasSuffix(#""gap":true}"#))
        #expect(contents([history.replacing("},{", with: "}\n{")]).count == 1)
        // Each message counts once, however often it changed.
        let changed = RoomFixture(loaded: 1...14) { $0.resumedBytes = 64_000 }
        changed.room.deliver((1...20).map { change($0, of: 3, text) })
        #expect(
            changed.join("dan", .second, from: .cursor(cursor(14))).takeTypes().prefix(2) == [
                "message_updated", "resumed",
            ])
        changed.room.deliver((21...30).map { change($0, of: $0 - 20, text) })
        #expect(changed.join("eve", .second, from: .cursor(cursor(14, rev: 20))).takeTypes().first == "resync")
    }

    @Test("4 MiB is the most that is sent to one who comes back")
    func standardBytes() { #expect(LiveRoom.Limits().resumedBytes == 4 << 20) }

    @Test("Every v2 frame of a room names it; a message carries the cursor after it")
    func secondDialect() {
        let fixture = RoomFixture()
        let anna = fixture.join("anna", .second)
        fixture.deliver(1...1)
        fixture.type("ben")
        fixture.turn()
        let frames = anna.take()
        #expect(frames.first == #"{"type":"history","room_id":"general","messages":[],"cursor":"\#(text(cursor(0)))"}"#)
        #expect(frames.contains(message(1)))
        #expect(frames.contains(#"{"type":"presence","room_id":"general","online_users":["anna"],"count":1}"#))
        #expect(
            frames.contains(#"{"type":"presence_diff","room_id":"general","joined":["anna"],"left":[],"count":1}"#))
        #expect(frames.contains(#"{"type":"typing","room_id":"general","users":["ben"]}"#))
        #expect(frames.allSatisfy { $0.contains(#""room_id":"general""#) })
    }

    @Test("A cursor is of one room, and any other text is none")
    func cursors() throws {
        let cursor = cursor(12_345_678, epoch: 3, rev: 99)
        #expect(try Cursor(text(cursor), in: Sample.room) == cursor)
        #expect(throws: ChatError.badRequest("the cursor is of another room")) {
            try Cursor(text(cursor), in: RoomID("other"))
        }
        let bad = [
            "", "1", "1.2.3", "a.b.c.d.e", "-1.2.3.4", "1.+2.3.4", "1.2.3.", String(repeating: "1.", count: 100),
        ]
        for text in bad {
            #expect(throws: ChatError.self, "\(text)") { try Cursor(text, in: Sample.room) }
        }
    }
}
