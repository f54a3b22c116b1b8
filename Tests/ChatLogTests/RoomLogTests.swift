import BSON
import Chat
@testable import ChatLog
import Testing

/// The fenced append: what a room's log does, event by event.
@Suite struct RoomLogTests {
    @Test("A log with nothing to write does nothing")
    func idle() {
        let log = RoomLog(roomID: Fixture.room, hint: 12)
        #expect(log.isIdle)
        #expect(log.step == .idle)
        #expect(log.tail == nil)
    }

    @Test("Before the first write the end of the log is read, from the hint on")
    func readsTailFirst() throws {
        var driver = RoomLogDriver(hint: 12)
        _ = try driver.submit("a")
        #expect(driver.log.step == .readTail(hint: 12))
        #expect(driver.assign().isEmpty)
        driver.tailRead(15)
        #expect(driver.caughtUpThrough == [15])
        #expect(driver.log.step == .write)
    }

    @Test("A hint beyond the end is no roll-back: it is only a note")
    func hintTooHigh() throws {
        var driver = RoomLogDriver(hint: 500)
        _ = try driver.submit("a")
        driver.tailRead(3)
        #expect(driver.rollbacks.isEmpty)
        #expect(driver.assign().map(\.seq) == [4])
    }

    @Test("Messages get the numbers after the end, with growing ids, and their ids' times")
    func numbers() throws {
        var driver = RoomLogDriver()
        for clientID in ["a", "b", "c"] { _ = try driver.submit(clientID) }
        driver.tailRead(7)
        let messages = driver.assign()
        #expect(messages.map(\.seq) == [8, 9, 10])
        #expect(messages.map(\.clientID) == ["a", "b", "c"])
        #expect(messages.map(\.id) == messages.map(\.id).sorted())
        #expect(messages.allSatisfy { $0.timestamp.milliseconds == $0.id.milliseconds && $0.digest != nil })
    }

    @Test("Nothing is acknowledged or delivered before it is stored, all of it afterwards")
    func acknowledgesWhenStored() throws {
        var driver = RoomLogDriver()
        let answers = try ["a", "b"].map { try driver.submit($0) }
        driver.tailRead(0)
        let messages = driver.assign()
        #expect(!answers.contains { $0.isAnswered } && driver.delivered.isEmpty)
        driver.stored(2)
        #expect(answers.map(\.acknowledgement) == messages.map { Acknowledgement($0, isDuplicate: false) })
        #expect(driver.delivered == messages)
        #expect(driver.log.isIdle)
        #expect(driver.log.tail == LogTail(seq: 2, id: messages[1].id))
    }

    @Test("After an acknowledged write the next goes on from there, without another read")
    func tailAdvances() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        _ = driver.assign()
        driver.stored(1)
        _ = try driver.submit("b")
        #expect(driver.log.step == .write)
        #expect(driver.assign().map(\.seq) == [2])
    }

    @Test("A batch takes at most so many messages and bytes, but one in any case; the rest waits in order")
    func batchLimits() throws {
        var driver = RoomLogDriver()
        for clientID in ["a", "b", "c", "d"] {
            _ = try driver.submit(clientID, String(repeating: "x", count: 1_000))
        }
        driver.tailRead(0)
        #expect(driver.assign(3, bytes: 10).map(\.clientID) == ["a"])
        driver.stored(1)
        #expect(driver.assign(3, bytes: 2_600).map(\.clientID) == ["b", "c"])
        driver.stored(2)
        #expect(driver.assign(3).map(\.clientID) == ["d"])
    }

    @Test("Nothing is numbered while something is in flight")
    func oneFlight() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        #expect(driver.assign().count == 1)
        _ = try driver.submit("b")
        #expect(driver.assign().isEmpty)
    }

    @Test("A taken number: the end is read again and the messages are looked up, then renumbered with fresh ids")
    func duplicateSeq() throws {
        var driver = RoomLogDriver()
        let answers = try ["a", "b"].map { try driver.submit($0) }
        driver.tailRead(4)
        let first = driver.assign()
        driver.stored(0)
        driver.refused(.duplicate)
        #expect(driver.log.step == .readTail(hint: 4))
        driver.tailRead(6)
        #expect(driver.caughtUpThrough == [4, 6])
        #expect(driver.log.step == .lookUp(keys("a", "b")))
        driver.found([])
        let second = driver.assign()
        #expect(second.map(\.seq) == [7, 8])
        #expect(second.map(\.clientID) == ["a", "b"])
        #expect(Set(first.map(\.id)).isDisjoint(with: second.map(\.id)))
        driver.stored(2)
        #expect(answers.map { $0.acknowledgement?.isDuplicate } == [false, false])
    }

    @Test("A taken client_id is answered with the original, the rest of the batch is written behind it")
    func duplicateClientID() throws {
        var driver = RoomLogDriver()
        let answers = try ["a", "b", "c"].map { try driver.submit($0) }
        driver.tailRead(9)
        let written = driver.assign()
        #expect(written.count == 3)
        driver.stored(1)
        driver.refused(.duplicate)
        driver.tailRead(LogTail(seq: 10, id: written[0].id))
        #expect(driver.log.step == .lookUp(keys("b", "c")))
        let original = try Fixture.message(5, "b")
        driver.found([original])
        #expect(answers[1].acknowledgement == Acknowledgement(original, isDuplicate: true))
        let rest = driver.assign()
        #expect(rest.map(\.seq) == [11])
        #expect(rest.map(\.clientID) == ["c"])
        driver.stored(1)
        #expect(answers.map { $0.all.count } == [1, 1, 1])
        #expect(driver.delivered.map(\.seq) == [10, 11])
    }

    @Test("A taken client_id with another content is a conflict")
    func conflict() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a", "new text")
        driver.tailRead(1)
        _ = driver.assign()
        driver.refused(.duplicate)
        driver.tailRead(1)
        driver.found([try Fixture.message(1, "a", content: "old text")])
        #expect(answer.error?.code == .conflict)
        #expect(driver.log.isIdle)
    }

    @Test("A message of an older database, without a digest, is taken for the same")
    func adoptedOriginal() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a", "new text")
        driver.tailRead(1)
        _ = driver.assign()
        driver.refused(.duplicate)
        driver.tailRead(1)
        var original = try Fixture.message(1, "a", content: "old text")
        original.digest = nil
        driver.found([original])
        #expect(answer.acknowledgement == Acknowledgement(original, isDuplicate: true))
    }

    @Test("The message of another user with the same client_id is nobody's original")
    func otherUsersClientID() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a")
        driver.tailRead(1)
        _ = driver.assign()
        driver.refused(.duplicate)
        driver.tailRead(1)
        driver.found([try Fixture.message(1, "a", user: "ben")])
        #expect(!answer.isAnswered)
        #expect(driver.assign().map(\.clientID) == ["a"])
    }

    @Test("An invalid message is refused to its sender alone; those behind it take its number")
    func invalid() throws {
        var driver = RoomLogDriver()
        let answers = try ["a", "b", "c"].map { try driver.submit($0) }
        driver.tailRead(0)
        _ = driver.assign()
        driver.stored(1)
        driver.refused(.invalid("too odd"))
        #expect(answers.map { $0.error?.code } == [nil, .badRequest, nil])
        #expect(driver.log.step == .write)
        #expect(driver.assign().map(\.seq) == [2])
        driver.stored(1)
        #expect(answers[2].acknowledgement?.seq == 2)
    }

    @Test("What was not tried, because another room's message was refused, is written as it was")
    func notTried() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        _ = driver.assign()
        driver.log.notTried()
        #expect(driver.log.step == .write)
        #expect(driver.assign().map(\.seq) == [1])
    }
}
