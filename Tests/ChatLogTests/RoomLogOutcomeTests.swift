import Chat
@testable import ChatLog
import Testing

/// The log of a room when outcomes are unknown, and when messages come again or are given up.
@Suite struct RoomLogOutcomeTests {
    @Test("After an unknown outcome the end and the messages are looked for before anything is written")
    func unknownOutcome() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        _ = driver.assign()
        driver.log.outcomeUnknown()
        #expect(driver.log.tail == nil)
        #expect(driver.log.step == .readTail(hint: 0))
        #expect(driver.assign().isEmpty)
        driver.tailRead(0)
        #expect(driver.log.step == .lookUp(keys("a")))
    }

    @Test("What turns out to be stored is acknowledged as new: this sender's own write did it")
    func storedWithoutAnswer() throws {
        var driver = RoomLogDriver()
        let answers = try ["a", "b"].map { try driver.submit($0) }
        driver.tailRead(0)
        let written = driver.assign()
        driver.log.outcomeUnknown()
        driver.tailRead(1)
        #expect(driver.caughtUpThrough == [0, 1])
        driver.found([written[0]])
        #expect(answers[0].acknowledgement == Acknowledgement(written[0], isDuplicate: false))
        #expect(!answers[1].isAnswered)
        #expect(driver.assign().map(\.seq) == [2])
    }

    @Test("An earlier attempt's write is recognised however many attempts later it is found")
    func lateWriteOfEarlierAttempt() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a")
        driver.tailRead(0)
        let first = driver.assign()
        for _ in 0..<3 {
            driver.log.outcomeUnknown()
            driver.tailRead(0)
            driver.found([])
            _ = driver.assign()
        }
        driver.refused(.duplicate)
        driver.tailRead(1)
        driver.found(first)
        #expect(answer.acknowledgement == Acknowledgement(first[0], isDuplicate: false))
    }

    @Test("What was stored between the read of the end and the look-up is delivered too")
    func storedBetweenReads() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        let written = driver.assign()
        driver.log.outcomeUnknown()
        driver.tailRead(0)
        driver.found(written)
        #expect(driver.caughtUpThrough.last == 1)
    }

    @Test("What came in meanwhile waits behind what is in doubt, and is not looked up")
    func newcomersWaitBehind() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        _ = driver.assign()
        _ = try driver.submit("b")
        driver.log.outcomeUnknown()
        driver.tailRead(0)
        #expect(driver.log.step == .lookUp(keys("a")))
        driver.found([])
        #expect(driver.assign().map(\.clientID) == ["a", "b"])
    }

    @Test("The same message while the first is under way gets that one's answer, as a duplicate")
    func echo() throws {
        var driver = RoomLogDriver()
        let first = try driver.submit("a")
        let waiting = try driver.submit("a", sender: 2)
        driver.tailRead(0)
        #expect(driver.assign().count == 1)
        let flying = try driver.submit("a")
        driver.stored(1)
        #expect(first.acknowledgement?.isDuplicate == false)
        for echo in [waiting, flying] {
            #expect(echo.acknowledgement?.isDuplicate == true)
            #expect(echo.acknowledgement?.id == first.acknowledgement?.id)
        }
        #expect(driver.log.isIdle)
    }

    @Test("Another message under a client_id that is under way is a conflict, and changes nothing for the first")
    func conflictWhileUnderWay() throws {
        var driver = RoomLogDriver()
        let first = try driver.submit("a", "one")
        let second = try driver.submit("a", "two")
        driver.tailRead(0)
        #expect(driver.assign().map(\.content) == ["one"])
        driver.stored(1)
        #expect(first.acknowledgement?.seq == 1)
        #expect(second.error?.code == .conflict)
    }

    @Test("A resend of what is stored gets its acknowledgement, also behind another message under its client_id")
    func resendBehindConflict() throws {
        var driver = RoomLogDriver()
        let wrong = try driver.submit("a", "two")
        let resent = try driver.submit("a", "one")
        driver.tailRead(1)
        _ = driver.assign()
        driver.refused(.duplicate)
        driver.tailRead(1)
        let original = try Fixture.message(1, "a", content: "one")
        driver.found([original])
        #expect(wrong.error?.code == .conflict)
        #expect(resent.acknowledgement == Acknowledgement(original, isDuplicate: true))
    }

    @Test("Behind an invalid message another one under its client_id may be sent again")
    func echoOfInvalid() throws {
        var driver = RoomLogDriver()
        let bad = try driver.submit("a", "bad")
        let same = try driver.submit("a", "bad")
        let other = try driver.submit("a", "good")
        driver.tailRead(0)
        _ = driver.assign()
        driver.refused(.invalid("odd"))
        #expect([bad, same, other].map { $0.error?.code } == [.badRequest, .badRequest, .unavailable])
    }

    @Test("client_ids that only look alike are different messages, as they are for the database")
    func lookAlikes() throws {
        var driver = RoomLogDriver()
        let composed = try driver.submit("caf\u{E9}")
        let decomposed = try driver.submit("cafe\u{301}")
        driver.tailRead(0)
        #expect(driver.assign().count == 2)
        driver.stored(2)
        #expect(composed.acknowledgement?.seq == 1)
        #expect(decomposed.acknowledgement?.seq == 2)
    }

    @Test("Once answered, the same client_id is written again: only the database knows whether it is taken")
    func resendAfterAnswer() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(0)
        let original = driver.assign()
        driver.stored(1)
        let resent = try driver.submit("a")
        #expect(driver.assign().map(\.seq) == [2])
        driver.refused(.duplicate)
        driver.tailRead(1)
        driver.found(original)
        #expect(resent.acknowledgement == Acknowledgement(original[0], isDuplicate: true))
    }

    @Test("Who waited too long is told unavailable, and so is all that his connection queued behind, and nobody else")
    func expires() throws {
        var driver = RoomLogDriver()
        let late = try driver.submit("a", sender: 1, patience: .seconds(1))
        let behind = try driver.submit("b", sender: 1, patience: .seconds(60))
        let other = try driver.submit("c", user: "ben", sender: 2, patience: .seconds(60))
        driver.now = Fixture.start.advanced(by: .seconds(1))
        driver.tailRead(0)
        #expect(driver.assign().map(\.clientID) == ["c"])
        #expect([late, behind].map { $0.error?.code } == [.unavailable, .unavailable])
        #expect(late.error?.isTemporary == true)
        #expect(!other.isAnswered)
    }

    @Test("Nobody is given up a moment before his deadline")
    func expiresNotTooEarly() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a", patience: .seconds(1))
        driver.now = Fixture.start.advanced(by: .milliseconds(999))
        driver.dropExpired()
        #expect(!answer.isAnswered)
        driver.now = Fixture.start.advanced(by: .seconds(1))
        driver.dropExpired()
        #expect(answer.error?.code == .unavailable)
        #expect(driver.log.isIdle)
    }

    @Test("What is in doubt and given up may be stored: a later resend gets the original")
    func resendAfterGivingUp() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a", patience: .seconds(1))
        driver.tailRead(0)
        let written = driver.assign()
        driver.log.outcomeUnknown()
        driver.now = Fixture.start.advanced(by: .seconds(2))
        driver.dropExpired()
        #expect(answer.error?.code == .unavailable)
        let resent = try driver.submit("a")
        driver.tailRead(1)
        #expect(driver.assign().map(\.seq) == [2])
        driver.refused(.duplicate)
        driver.tailRead(1)
        driver.found(written)
        #expect(resent.acknowledgement == Acknowledgement(written[0], isDuplicate: true))
    }

    @Test("Stopping refuses all that waits, echoes included")
    func refusesAll() throws {
        var driver = RoomLogDriver()
        let answers = [try driver.submit("a"), try driver.submit("a", sender: 2), try driver.submit("b")]
        driver.tailRead(0)
        _ = driver.assign(1)
        driver.log.outcomeUnknown()
        driver.refuseAll(.unavailable("stopping"))
        #expect(answers.map { $0.error?.code } == [.unavailable, .unavailable, .unavailable])
        #expect(driver.log.isIdle)
        #expect(driver.log.step == .idle)
    }
}
