import Hub
import NIOCore
import NIOEmbedded
import Testing

/// A slow reader costs only himself.
@Suite struct SlowSubscriberTests {
    @Test("Who does not read loses ephemeral frames and keeps all others; nobody else notices")
    func ephemeralFramesAreLeftOut() throws {
        let fixture = try HubFixture()
        let slow = fixture.subscriber()
        let quick = fixture.subscriber()
        slow.stopReading()
        fixture.publish("1", position: 1)
        fixture.publish("t", isEphemeral: true)
        fixture.publish("p", isEphemeral: true, recipients: .only([slow.outlet.id, quick.outlet.id]))
        fixture.publish("2", position: 2)
        fixture.turn()
        #expect(slow.recorder.text == "12")
        #expect(quick.recorder.text == "1tp2")
        #expect(slow.ends.isEmpty)
    }

    @Test("A channel that is writable takes anything, however large the frame and small the budget")
    func writableTakesAll() throws {
        let fixture = try HubFixture()
        let subscriber = fixture.subscriber(budget: 1)
        fixture.publish(String(repeating: "x", count: 100_000))
        fixture.turn()
        #expect(subscriber.recorder.text.utf8.count == 100_000)
        #expect(subscriber.ends.isEmpty)
    }

    @Test("What waits may reach the budget, and not a byte more")
    func budgetIsExact() throws {
        let fixture = try HubFixture()
        let slow = fixture.subscriber(budget: 10)
        slow.stopReading()
        fixture.publish("1234567")
        fixture.turn()
        fixture.publish("890")
        fixture.turn()
        #expect(slow.ends.isEmpty)
        #expect(slow.recorder.text == "1234567890")
        fixture.publish("x")
        fixture.turn()
        #expect(slow.ends == [.overBudget])
        #expect(slow.recorder.text == "1234567890")
    }

    @Test("Who is over his budget is told so once and gets nothing more, also when he reads again")
    func endsOnce() throws {
        let fixture = try HubFixture()
        let slow = fixture.subscriber(budget: 10)
        let quick = fixture.subscriber(budget: 10)
        slow.stopReading()
        let long = String(repeating: "x", count: 11)
        for _ in 0..<3 {
            fixture.publish(long)
            fixture.turn()
        }
        slow.channel.isWritable = true
        fixture.publish("y")
        fixture.turn()
        fixture.hub.end(fixture.topic)
        fixture.turn()
        #expect(slow.ends == [.overBudget])
        #expect(slow.recorder.writes.isEmpty)
        #expect(!slow.outlet.write(ByteBuffer(string: "z")))
        #expect(quick.recorder.text == long + long + long + "y")
    }

    @Test("Who leaves inside a turn, as he is given up, takes nobody else's frames with him")
    func leavesInsideTheTurn() throws {
        let fixture = try HubFixture()
        let subscribers = (0..<6).map { _ in fixture.subscriber(budget: 10) }
        for slow in [subscribers[0], subscribers[3], subscribers[5]] {
            slow.stopReading()
            slow.onEnd { fixture.loopHub.unsubscribe($0, from: fixture.topic) }
        }
        let long = String(repeating: "x", count: 11)
        fixture.publish(long, position: 1)
        fixture.publish("n")
        fixture.publish("t", isEphemeral: true)
        fixture.turn()
        fixture.publish("later")
        fixture.turn()
        for (index, subscriber) in subscribers.enumerated() {
            let isSlow = [0, 3, 5].contains(index)
            #expect(subscriber.recorder.text == (isSlow ? "" : long + "ntlater"), "subscriber \(index)")
            #expect(subscriber.ends == (isSlow ? [.overBudget] : []))
        }
    }

    @Test("Ending a topic ends its subscribers once, behind what was published before and before what comes after")
    func endOfTopic() throws {
        let fixture = try HubFixture()
        let second = Topic()
        let one = fixture.subscriber()
        let other = fixture.subscriber(to: second)
        fixture.publish("a")
        fixture.hub.end(fixture.topic)
        fixture.publish("b")
        fixture.publish("c", to: second)
        fixture.hub.end(fixture.topic)
        fixture.turn()
        #expect(one.recorder.text == "a")
        #expect(one.recorder.flushes == 1)
        #expect(one.ends == [.topicEnded])
        #expect(other.recorder.text == "c")
        #expect(other.ends.isEmpty)
    }

    @Test("Who is ended with his topic may leave it at once")
    func leavesAsTopicEnds() throws {
        let fixture = try HubFixture()
        let subscribers = (0..<4).map { _ in fixture.subscriber() }
        for subscriber in subscribers {
            subscriber.onEnd { fixture.loopHub.unsubscribe($0, from: fixture.topic) }
        }
        fixture.hub.end(fixture.topic)
        fixture.turn()
        #expect(subscribers.allSatisfy { $0.ends == [.topicEnded] })
    }

    @Test("Outlets have ids of their own")
    func ids() throws {
        let fixture = try HubFixture()
        let ids = (0..<100).map { _ in fixture.subscriber().outlet.id }
        #expect(Set(ids).count == 100)
    }
}
