import Hub
import NIOCore
import NIOEmbedded
import Testing

@Suite struct HubTests {
    @Test("A turn's frames reach each subscriber in one write and one flush")
    func oneWritePerTurn() throws {
        let fixture = try HubFixture()
        let subscribers = (0..<5).map { _ in fixture.subscriber() }
        for text in ["a", "b", "c"] { fixture.publish(text) }
        #expect(subscribers.allSatisfy { $0.recorder.writes.isEmpty })
        fixture.turn()
        for subscriber in subscribers {
            #expect(subscriber.recorder.writes == ["abc"])
            #expect(subscriber.recorder.flushes == 1)
        }
        fixture.publish("d")
        fixture.turn()
        #expect(subscribers.allSatisfy { $0.recorder.writes == ["abc", "d"] && $0.recorder.flushes == 2 })
    }

    @Test("Frames of all kinds in one turn keep their order and share one flush")
    func mixedKindsKeepOrder() throws {
        let fixture = try HubFixture()
        let one = fixture.subscriber()
        let other = fixture.subscriber()
        fixture.publish("1", position: 1)
        fixture.publish("2", position: 2)
        fixture.publish("n")
        fixture.publish("t", isEphemeral: true)
        fixture.publish("x", recipients: .only([one.outlet.id]))
        fixture.publish("3", position: 3)
        fixture.publish("y", recipients: .allExcept([one.outlet.id]))
        fixture.publish("m")
        fixture.publish("4", position: 4)
        fixture.turn()
        #expect(one.recorder.text == "12ntx3m4")
        #expect(other.recorder.text == "12nt3ym4")
        #expect(one.recorder.flushes == 1)
        #expect(other.recorder.flushes == 1)
    }

    @Test("Topics do not mix, and who subscribes to two gets both")
    func topics() throws {
        let fixture = try HubFixture()
        let second = Topic()
        let one = fixture.subscriber()
        let other = fixture.subscriber(to: second)
        let both = fixture.subscriber()
        fixture.loopHub.subscribe(both.outlet, to: second)
        fixture.publish("a")
        fixture.publish("b", to: second)
        fixture.publish("c", to: Topic())
        fixture.turn()
        #expect(one.recorder.writes == ["a"])
        #expect(other.recorder.writes == ["b"])
        #expect(both.recorder.writes.sorted() == ["a", "b"])
        #expect(both.recorder.flushes == 1)
    }

    @Test(
        "A subscriber gets what follows his position, also when it lies inside a turn's buffer",
        arguments: [
            (0, "567n", 1), (4, "567n", 1), (5, "67n", 2), (6, "7n", 1), (7, "n", 0), (99, "n", 0),
        ] as [(Int64, String, Int)])
    func position(_ position: Int64, _ expected: String, _ positioned: Int) throws {
        let fixture = try HubFixture()
        let subscriber = fixture.subscriber(after: position)
        for seq in 5...7 as ClosedRange<Int64> { fixture.publish("\(seq)", position: seq) }
        fixture.publish("n")
        fixture.turn()
        #expect(subscriber.recorder.text == expected)
        #expect(subscriber.recorder.writes.count == positioned + 1)
        #expect(subscriber.recorder.flushes == 1)
    }

    @Test("A newcomer's position holds for his own frames and for ephemeral ones with a position too")
    func positionOfChosenFrames() throws {
        let fixture = try HubFixture()
        let subscriber = fixture.subscriber(after: 5)
        fixture.publish("a", position: 5, recipients: .only([subscriber.outlet.id]))
        fixture.publish("b", position: 6, isEphemeral: true)
        fixture.turn()
        #expect(subscriber.recorder.text == "b")
    }

    @Test("Who subscribes in the turn of a broadcast gets it unless his position has it")
    func subscribesBeforeTheTurn() throws {
        let fixture = try HubFixture()
        fixture.publish("1", position: 1)
        fixture.publish("2", position: 2)
        let early = fixture.subscriber(after: 1)
        fixture.turn()
        #expect(early.recorder.text == "2")
    }

    @Test("Subscribing again sets the position anew and doubles nothing")
    func subscribesTwice() throws {
        let fixture = try HubFixture()
        let subscriber = fixture.subscriber(after: 9)
        fixture.loopHub.subscribe(subscriber.outlet, to: fixture.topic, after: 3)
        fixture.publish("4", position: 4)
        fixture.turn()
        #expect(subscriber.recorder.writes == ["4"])
    }

    @Test("Frames for some reach only those who subscribe")
    func recipients() throws {
        let fixture = try HubFixture()
        let subscribers = (0..<4).map { _ in fixture.subscriber() }
        let stranger = fixture.subscriber(to: Topic())
        let ids = subscribers.map(\.outlet.id)
        fixture.publish("a", recipients: .only([ids[1], ids[3], stranger.outlet.id, .max]))
        fixture.publish("b", recipients: .allExcept([ids[0], ids[1], .max]))
        fixture.publish("c", recipients: .only([]))
        fixture.publish("d", recipients: .allExcept([]))
        fixture.turn()
        #expect(subscribers.map(\.recorder.text) == ["d", "ad", "bd", "abd"])
        #expect(stranger.recorder.writes.isEmpty)
    }

    @Test("Who leaves gets nothing more; leaving twice or without having come is harmless")
    func unsubscribe() throws {
        let fixture = try HubFixture()
        let subscribers = (0..<3).map { _ in fixture.subscriber() }
        fixture.publish("a")
        fixture.turn()
        for _ in 0..<2 { fixture.loopHub.unsubscribe(subscribers[0].outlet, from: fixture.topic) }
        fixture.loopHub.unsubscribe(subscribers[1].outlet, from: Topic())
        fixture.publish("b")
        fixture.turn()
        #expect(subscribers.map(\.recorder.text) == ["a", "ab", "ab"])
    }

    @Test(
        "After any coming and going exactly those who are there get a frame", arguments: 1...20 as ClosedRange<UInt64>)
    func comingAndGoing(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let fixture = try HubFixture()
        let subscribers = (0..<12).map { _ in fixture.subscriber() }
        var present = Set(subscribers.indices)
        for step in 0..<60 {
            let index = Int.random(in: 0..<12, using: &dice)
            if present.remove(index) != nil {
                fixture.loopHub.unsubscribe(subscribers[index].outlet, from: fixture.topic)
            } else {
                present.insert(index)
                fixture.loopHub.subscribe(subscribers[index].outlet, to: fixture.topic)
            }
            fixture.publish("<\(step)>", recipients: step % 2 == 0 ? .all : .only(Set(subscribers.map(\.outlet.id))))
            fixture.turn()
            let got = subscribers.indices.filter { subscribers[$0].recorder.writes.last == "<\(step)>" }
            #expect(Set(got) == present, "seed \(seed), step \(step)")
        }
    }

    @Test("A loop of another group has no part in the hub")
    func foreignLoop() throws {
        let fixture = try HubFixture()
        #expect(fixture.hub.loopHub(on: EmbeddedEventLoop()) == nil)
    }
}
