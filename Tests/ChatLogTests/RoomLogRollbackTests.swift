import Chat
@testable import ChatLog
import Testing

/// The log of a room whose end is not where it was.
@Suite struct RoomLogRollbackTests {
    /// A log that acknowledged message 9, and then forgot where it ends.
    private func doubtful() throws -> RoomLogDriver {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(8)
        _ = driver.assign()
        driver.stored(1)
        _ = try driver.submit("b")
        driver.log.outcomeUnknown()
        return driver
    }

    private let last = LogTail(seq: 9, id: Fixture.id(1_001))

    @Test("What was acknowledged is gone: the room gets a new epoch, that is told, and writing goes on")
    func rolledBack() throws {
        var driver = try doubtful()
        driver.tailRead(5)
        #expect(driver.log.step == .verify(last))
        #expect(driver.assign().isEmpty)
        driver.verified(false)
        #expect(driver.log.step == .raiseEpoch)
        #expect(driver.rollbacks.isEmpty)
        driver.epochRaised()
        #expect(driver.rollbacks == [[9, 5]])
        #expect(driver.assign().map(\.seq) == [6])
    }

    @Test("A roll-back is told once")
    func toldOnce() throws {
        var driver = try doubtful()
        driver.tailRead(5)
        driver.verified(false)
        driver.epochRaised()
        driver.log.outcomeUnknown()
        driver.tailRead(5)
        #expect(driver.log.step == .write)
        #expect(driver.rollbacks.count == 1)
    }

    @Test("A primary that has what was acknowledged, but does not show it yet, is no roll-back")
    func laggingMajority() throws {
        var driver = try doubtful()
        driver.tailRead(5)
        driver.verified(true)
        #expect(driver.rollbacks.isEmpty)
        #expect(driver.log.tail == last)
        #expect(driver.assign().map(\.seq) == [10])
    }

    @Test("A log that was set back and has grown past the old end is a roll-back too")
    func overgrown() throws {
        for seq in [9, 12] as [Int64] {
            var driver = try doubtful()
            driver.tailRead(seq)
            #expect(driver.log.step == .verify(last))
            driver.verified(false)
            driver.epochRaised()
            #expect(driver.rollbacks.count == 1)
            #expect(driver.assign().map(\.seq) == [seq + 1])
        }
    }

    @Test("After a conflict with another process a longer log is not verified: that costs a read for nothing")
    func contention() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(8)
        _ = driver.assign()
        driver.refused(.duplicate)
        driver.tailRead(11)
        #expect(driver.log.step == .lookUp(keys("a")))
    }

    @Test("What fails on the way to a new epoch is begun anew with a look at the end")
    func interrupted() throws {
        var driver = try doubtful()
        driver.tailRead(5)
        driver.verified(false)
        driver.log.outcomeUnknown()
        #expect(driver.log.step == .readTail(hint: 9))
        driver.tailRead(last)
        #expect(driver.log.step == .write)
        #expect(driver.rollbacks.isEmpty)
    }

    @Test("A log of which more was shown here than there is was rolled back")
    func shown() throws {
        var driver = RoomLogDriver(hint: 3)
        _ = try driver.submit("a")
        driver.tailRead(5, shown: 7)
        #expect(driver.log.step == .verify(LogTail(seq: 7, id: nil)))
        driver.verified(false)
        driver.epochRaised()
        #expect(driver.rollbacks == [[7, 5]])
    }

    @Test("After what was only shown here nothing is written before its id was seen")
    func shownAndLagging() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(5, shown: 7)
        driver.verified(true)
        #expect(driver.assign().map(\.seq) == [6])
        driver.refused(.duplicate)
        driver.tailRead(7, shown: 7)
        driver.found([])
        #expect(driver.assign().map(\.seq) == [8])
        #expect(driver.rollbacks.isEmpty)
    }

    @Test("A log that is at least as long as what was shown is written at once")
    func shownAndThere() throws {
        var driver = RoomLogDriver()
        _ = try driver.submit("a")
        driver.tailRead(8, shown: 7)
        #expect(driver.log.step == .write)
    }

    @Test("What was found stored beyond the end that was read is the end: if that goes away later, it is told")
    func foundBeyondTheEnd() throws {
        var driver = RoomLogDriver()
        let answer = try driver.submit("a")
        driver.tailRead(0)
        let written = driver.assign()
        driver.log.outcomeUnknown()
        driver.tailRead(0)
        driver.found(written)
        #expect(answer.acknowledgement?.seq == 1)
        #expect(driver.log.tail == LogTail(seq: 1, id: written[0].id))
        _ = try driver.submit("b")
        driver.log.outcomeUnknown()
        driver.tailRead(0)
        #expect(driver.log.step == .verify(LogTail(seq: 1, id: written[0].id)))
    }
}
