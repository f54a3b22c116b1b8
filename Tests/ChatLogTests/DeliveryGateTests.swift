import Chat
import ChatLog
import Testing

@Suite struct DeliveryGateTests {
    private func messages(_ seqs: ClosedRange<Int64>) throws -> [Message] {
        try seqs.map { try Fixture.message($0, "m\($0)") }
    }

    private func openGate(at seq: Int64) -> DeliveryGate {
        var gate = DeliveryGate()
        _ = gate.open(at: seq)
        return gate
    }

    @Test("While the newest messages are read nothing passes and nothing is missing")
    func loading() throws {
        var gate = DeliveryGate()
        #expect(gate.delivered == nil)
        #expect(try gate.pass(messages(3...4)[...]).isEmpty)
        #expect(try gate.missing(before: messages(9...9)) == nil)
        #expect(gate.delivered == nil)
    }

    @Test("What arrived while loading passes then, without what was read")
    func earlyMessagesPass() throws {
        var gate = DeliveryGate()
        _ = try gate.pass(messages(4...5)[...])
        _ = try gate.pass(messages(6...7)[...])
        #expect(gate.open(at: 5).map(\.seq) == [6, 7])
        #expect(gate.delivered == 7)
    }

    @Test("What arrived while loading and lies behind a gap waits to be read again")
    func earlyGap() throws {
        var gate = DeliveryGate()
        _ = try gate.pass(messages(8...9)[...])
        #expect(gate.open(at: 5).isEmpty)
        #expect(gate.delivered == 5)
        #expect(try gate.missing(before: messages(10...10)) == 6...9)
    }

    @Test("Opening twice changes nothing")
    func opensOnce() throws {
        var gate = openGate(at: 5)
        _ = try gate.pass(messages(6...6)[...])
        #expect(gate.open(at: 2).isEmpty)
        #expect(gate.delivered == 6)
    }

    @Test("The next messages pass once, whoever brings them")
    func eachOnce() throws {
        var gate = openGate(at: 0)
        #expect(try gate.pass(messages(1...3)[...]).map(\.seq) == [1, 2, 3])
        #expect(try gate.pass(messages(1...3)[...]).isEmpty)
        #expect(try gate.pass(messages(2...5)[...]).map(\.seq) == [4, 5])
        #expect(gate.pass([]).isEmpty)
        #expect(gate.delivered == 5)
    }

    @Test("Nothing passes a gap")
    func gap() throws {
        var gate = openGate(at: 5)
        #expect(try gate.pass(messages(7...9)[...]).isEmpty)
        #expect(gate.delivered == 5)
        #expect(try gate.missing(before: messages(7...9)) == 6...6)
        #expect(try gate.pass(messages(6...6)[...]).map(\.seq) == [6])
        #expect(try gate.pass(messages(7...9)[...]).map(\.seq) == [7, 8, 9])
    }

    @Test("A gap inside what is brought stops there")
    func gapInside() throws {
        var gate = openGate(at: 0)
        #expect(try gate.pass((messages(1...2) + messages(4...5))[...]).map(\.seq) == [1, 2])
        #expect(gate.delivered == 2)
    }

    @Test("Nothing is missing before the next message, a passed one or none")
    func nothingMissing() throws {
        let gate = openGate(at: 5)
        #expect(try gate.missing(before: messages(6...8)) == nil)
        #expect(try gate.missing(before: messages(3...8)) == nil)
        #expect(gate.missing(before: []) == nil)
    }
}
