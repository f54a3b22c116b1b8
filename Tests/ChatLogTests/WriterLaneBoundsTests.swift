import BSON
import Chat
import ChatLog
import Foundation
import Synchronization
import Testing

/// What a lane does when it is full, when its database is away and when it stops.
@Suite struct WriterLaneBoundsTests {
    @Test("More messages than may wait are refused at once; those that wait are written")
    func fullOfMessages() throws {
        let fixture = LaneFixture { $0.queuedCount = 3 }
        let answers = try (1...4).map { try fixture.submit("\($0)") }
        #expect(answers.map { $0.error?.code } == [nil, nil, nil, .unavailable])
        #expect(answers[3].error?.isTemporary == true)
        fixture.run()
        #expect(answers.prefix(3).allSatisfy { $0.acknowledgement != nil })
        let next = try fixture.submit("5")
        fixture.run()
        #expect(next.acknowledgement?.seq == 4)
    }

    @Test("More bytes than may wait are refused, also when the messages wait in their rooms' logs already")
    func fullOfBytes() throws {
        let fixture = LaneFixture { $0.queuedBytes = 10_000 }
        let text = String(repeating: "x", count: 4_000)
        let answers = try ["a", "b"].map { try fixture.submit($0, text) }
        var refused: Answer?
        fixture.storage.isAway = true
        fixture.storage.whilePausing = {
            refused = try? fixture.submit("c", text)
            fixture.storage.isAway = false
        }
        fixture.run()
        #expect(refused?.error?.code == .unavailable)
        #expect(answers.allSatisfy { $0.acknowledgement != nil })
        let next = try fixture.submit("d", text)
        fixture.run()
        #expect(next.acknowledgement?.seq == 3)
    }

    @Test("A database that comes back gets what waited, in order")
    func shortOutage() throws {
        let fixture = LaneFixture()
        fixture.storage.isAway = true
        let answers = try ["a", "b", "c"].map { try fixture.submit($0) }
        fixture.storage.whilePausing = { fixture.storage.isAway = fixture.storage.pauses.count < 4 }
        fixture.run()
        #expect(fixture.storage.pauses == [1, 2, 3, 4])
        #expect(answers.map { $0.acknowledgement?.seq } == [1, 2, 3])
        fixture.storage.whilePausing = {}
        _ = try fixture.submit("d")
        fixture.run()
        #expect(fixture.storage.pauses.count == 4)
    }

    @Test("While the database is away what waited too long is given up, so nothing piles up")
    func longOutage() throws {
        let fixture = LaneFixture { $0.patience = .seconds(10) }
        fixture.storage.isAway = true
        let answers = try ["a", "b"].map { try fixture.submit($0) }
        fixture.storage.whilePausing = { fixture.clock.advance(by: .seconds(3)) }
        fixture.run()
        #expect(answers.map { $0.error?.code } == [.unavailable, .unavailable])
        #expect(fixture.storage.pauses.count <= 5)
        fixture.storage.isAway = false
        let next = try fixture.submit("c")
        fixture.run()
        #expect(next.acknowledgement?.seq == 1)
    }

    @Test("A write whose answer was lost is found, acknowledged, shown, and not written again")
    func unknownOutcome() throws {
        let fixture = LaneFixture()
        let answer = try fixture.submit("a")
        fixture.storage.losesNextAnswer = true
        fixture.run()
        #expect(answer.acknowledgement?.isDuplicate == false)
        #expect(fixture.storage.batches.count == 1)
        #expect(fixture.feed.shown == fixture.storage.messages.all(in: Fixture.room))
    }

    @Test("Who waited too long is told so, once, also if his message is stored later; a resend finds it")
    func expires() throws {
        let fixture = LaneFixture { $0.patience = .seconds(10) }
        let answer = try fixture.submit("a")
        fixture.lane.expire(now: Fixture.start.advanced(by: .milliseconds(9_999)))
        #expect(!answer.isAnswered)
        fixture.storage.whileWriting = { fixture.lane.expire(now: Fixture.start.advanced(by: .seconds(10))) }
        fixture.run()
        #expect(answer.error?.code == .unavailable)
        fixture.storage.whileWriting = {}
        let resent = try fixture.submit("a")
        fixture.run()
        #expect(resent.acknowledgement?.isDuplicate == true)
        #expect(resent.acknowledgement?.seq == 1)
    }

    @Test("Stopping an idle lane returns; what comes later is refused")
    func stopsIdle() async throws {
        let fixture = LaneFixture()
        await fixture.lane.stop()
        let answer = try fixture.submit("a")
        #expect(answer.error?.code == .unavailable)
        #expect(fixture.thread.count == 0)
    }

    @Test("Stopping waits until all that was taken is written")
    func stopsBusy() async throws {
        let fixture = LaneFixture { $0.batchCount = 10 }
        let answers = try (1...25).map { try fixture.submit("\($0)") }
        let lane = fixture.lane
        async let stopped: Void = lane.stop()
        fixture.run()
        await stopped
        #expect(answers.allSatisfy { $0.acknowledgement != nil })
    }

    @Test("Stopping while the database is away refuses what waits instead of waiting for it")
    func stopsDuringOutage() async throws {
        let thread = ManualThread()
        let lane = WriterLane(thread: thread, feed: TestFeed(), ids: .init(), logger: .silent)
        let answer = Answer()
        lane.submit(try Fixture.draft("a"), sender: 1, hint: 0, completion: answer.completion)
        Thread {
            let storage = TestStorage()
            storage.isAway = true
            thread.run(storage)
        }.start()
        await lane.stop()
        #expect(answer.error?.code == .unavailable)
    }
}
