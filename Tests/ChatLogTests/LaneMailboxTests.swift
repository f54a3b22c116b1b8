import Chat
@testable import ChatLog
import DequeModule
import Testing

@Suite struct LaneMailboxTests {
    private static let start = Fixture.start

    private func mailbox(_ change: (inout WriterLane.Limits) -> Void = { _ in }) -> LaneMailbox {
        var limits = WriterLane.Limits()
        change(&limits)
        return LaneMailbox(limits: limits)
    }

    private func submission(_ clientID: String, sender: UInt64 = 1, resends: Bool = true) throws -> Submission {
        Submission(try Fixture.draft(clientID), sender: sender, resends: resends)
    }

    private func interrupted(by clientID: String) throws -> LaneAction {
        .interrupted(try #require(try submission(clientID).interruption))
    }

    private func isRefused(_ verdict: LaneMailbox.Verdict, _ error: ChatError) -> Bool {
        if case .refused(error) = verdict { true } else { false }
    }

    private func isTaken(_ verdict: LaneMailbox.Verdict) -> Bool {
        if case .refused = verdict { false } else { true }
    }

    @Test("Behind a refused message nothing of its connection is taken until it comes again; others are not concerned")
    func interruption() throws {
        var mailbox = mailbox { $0.queuedCount = 1 }
        let first = try submission("a")
        #expect(isTaken(mailbox.submit(first, now: Self.start)))
        #expect(isRefused(mailbox.submit(try submission("b"), now: Self.start), LaneMailbox.full))
        _ = mailbox.take(isBusy: false, retryAt: nil)
        _ = mailbox.note([.settle(first.ticket, .failure(.internalError))], now: Self.start)
        #expect(isRefused(mailbox.submit(try submission("c"), now: Self.start), LaneMailbox.interrupted))
        #expect(isTaken(mailbox.submit(try submission("x", sender: 2), now: Self.start)))
        _ = mailbox.take(isBusy: false, retryAt: nil)
        #expect(isRefused(mailbox.submit(try submission("b"), now: Self.start), LaneMailbox.full))
        _ = mailbox.note([.settle(first.ticket, .failure(.internalError))], now: Self.start)
        #expect(isTaken(mailbox.submit(try submission("b"), now: Self.start)))
    }

    @Test("A sender who does not send again is not held up")
    func doesNotResend() throws {
        var mailbox = mailbox { $0.queuedCount = 0 }
        #expect(isRefused(mailbox.submit(try submission("a", resends: false), now: Self.start), LaneMailbox.full))
        #expect(isRefused(mailbox.submit(try submission("b", resends: false), now: Self.start), LaneMailbox.full))
    }

    @Test("A refused message is waited for only for so long")
    func interruptionEnds() throws {
        var mailbox = mailbox { $0.queuedBytes = 10_000 }
        mailbox.suspendAndResume(at: Self.start)
        _ = mailbox.note([try interrupted(by: "a")], now: Self.start)
        let late = Self.start.advanced(by: LaneMailbox.interruptionTime)
        let early = late.advanced(by: .milliseconds(-1))
        #expect(isRefused(mailbox.submit(try submission("b"), now: early), LaneMailbox.interrupted))
        #expect(isTaken(mailbox.submit(try submission("b"), now: late)))
    }

    @Test("Of several refused messages the one that was sent first must come again first, whenever it was refused")
    func firstRefused() throws {
        var mailbox = mailbox { $0.queuedCount = 1 }
        _ = mailbox.submit(try submission("a"), now: Self.start)
        #expect(isRefused(mailbox.submit(try submission("b"), now: Self.start), LaneMailbox.full))
        let late = Self.start.advanced(by: .seconds(10))
        for ticket in mailbox.expire(now: late).late { ticket.settle(.failure(RoomLog.timedOut)) }
        #expect(isRefused(mailbox.submit(try submission("b"), now: late), LaneMailbox.interrupted))
        #expect(isRefused(mailbox.submit(try submission("a"), now: late), LaneMailbox.full))
    }

    @Test("A message whose sender was told that it is late comes again first, when one behind it is refused later")
    func lateThenRefused() throws {
        var mailbox = mailbox()
        _ = mailbox.submit(try submission("a"), now: Self.start)
        _ = mailbox.submit(try submission("b"), now: Self.start)
        let taken = mailbox.take(isBusy: false, retryAt: nil).arrived
        let late = Self.start.advanced(by: .seconds(10))
        for ticket in mailbox.expire(now: late).late { ticket.settle(.failure(RoomLog.timedOut)) }
        #expect(isTaken(mailbox.submit(try submission("c"), now: late)))
        // The log stored the first, and gives up the second.
        _ = mailbox.note([.interrupted(try #require(taken[1].interruption))], now: late)
        #expect(isRefused(mailbox.submit(try submission("b"), now: late), LaneMailbox.interrupted))
        #expect(isTaken(mailbox.submit(try submission("a"), now: late)))
        #expect(isTaken(mailbox.submit(try submission("b"), now: late)))
    }

    @Test("A late message that never comes again is waited for only for so long")
    func lateIsForgotten() throws {
        var mailbox = mailbox { $0.queuedCount = 1 }
        _ = mailbox.submit(try submission("a"), now: Self.start)
        let late = Self.start.advanced(by: .seconds(10))
        for ticket in mailbox.expire(now: late).late { ticket.settle(.failure(RoomLog.timedOut)) }
        let forgotten = late.advanced(by: LaneMailbox.interruptionTime)
        #expect(isRefused(mailbox.submit(try submission("b"), now: forgotten), LaneMailbox.full))
        #expect(isRefused(mailbox.submit(try submission("b"), now: forgotten), LaneMailbox.full))
        #expect(isRefused(mailbox.submit(try submission("a"), now: forgotten), LaneMailbox.interrupted))
    }

    @Test("A message that was refused before it came to the lane comes again first, too")
    func refusedBefore() throws {
        var mailbox = mailbox()
        let refused = try submission("a")
        mailbox.refused(refused.key, at: refused.place, now: Self.start)
        #expect(isRefused(mailbox.submit(try submission("b"), now: Self.start), LaneMailbox.interrupted))
        #expect(isTaken(mailbox.submit(try submission("x", sender: 2), now: Self.start)))
        #expect(isTaken(mailbox.submit(try submission("a"), now: Self.start)))
        #expect(isTaken(mailbox.submit(try submission("b"), now: Self.start)))
    }

    @Test("A message that is refused for good is not waited for, wherever it was refused before")
    func gaveUp() throws {
        var mailbox = mailbox()
        let refused = try submission("a")
        mailbox.refused(refused.key, at: refused.place, now: Self.start)
        mailbox.gaveUp(try submission("b").key, at: refused.place)
        #expect(isRefused(mailbox.submit(try submission("c"), now: Self.start), LaneMailbox.interrupted))
        mailbox.gaveUp(refused.key, at: refused.place)
        #expect(isTaken(mailbox.submit(try submission("c"), now: Self.start)))
    }

    @Test("What arrived behind a message that the log refuses is refused with it")
    func behindInTheMailbox() throws {
        var mailbox = mailbox()
        _ = mailbox.submit(try submission("b"), now: Self.start)
        _ = mailbox.submit(try submission("x", sender: 2), now: Self.start)
        let behind = mailbox.note([try interrupted(by: "a")], now: Self.start)
        #expect(behind.map(\.draft.clientID) == ["b"])
        #expect(mailbox.take(isBusy: false, retryAt: nil).arrived.map(\.draft.clientID) == ["x"])
    }

    @Test("Only what waits counts against the limits, not what was settled behind it")
    func settledDoesNotCount() throws {
        var mailbox = mailbox { $0.queuedCount = 2 }
        let stuck = try submission("stuck")
        _ = mailbox.submit(stuck, now: Self.start)
        for number in 1...10 {
            let next = try submission("\(number)")
            #expect(isTaken(mailbox.submit(next, now: Self.start)))
            _ = mailbox.note([.settle(next.ticket, .failure(.internalError))], now: Self.start)
        }
    }

    @Test("Of a suspended lane every message is refused, with the reason, until it resumes")
    func suspension() throws {
        var mailbox = mailbox()
        _ = mailbox.submit(try submission("a"), now: Self.start)
        _ = mailbox.take(isBusy: false, retryAt: nil)
        _ = mailbox.submit(try submission("b"), now: Self.start)
        let reason = ChatError.unavailable("the clock is wrong")
        #expect(mailbox.suspend(reason, now: Self.start).refused.map(\.draft.clientID) == ["b"])
        #expect(isRefused(mailbox.submit(try submission("c"), now: Self.start), reason))
        mailbox.resume()
        #expect(mailbox.take(isBusy: false, retryAt: nil).refusal == reason)
        #expect(mailbox.take(isBusy: false, retryAt: nil).refusal == nil)
        #expect(isTaken(mailbox.submit(try submission("b"), now: Self.start)))
    }

    @Test("A room that is to be looked for again starts the thread when its time has come")
    func retry() throws {
        var mailbox = mailbox()
        _ = mailbox.submit(try submission("a"), now: Self.start)
        let soon = Self.start.advanced(by: .milliseconds(500))
        _ = mailbox.take(isBusy: false, retryAt: nil)
        #expect(mailbox.take(isBusy: false, retryAt: soon).isOver)
        #expect(mailbox.expire(now: Self.start).starts == false)
        #expect(mailbox.expire(now: soon).starts)
        #expect(mailbox.expire(now: soon).starts == false)
    }
}

extension LaneMailbox {
    fileprivate mutating func suspendAndResume(at now: ContinuousClock.Instant) {
        _ = suspend(.unavailable("a moment"), now: now)
        resume()
        _ = take(isBusy: false, retryAt: nil)
    }
}
