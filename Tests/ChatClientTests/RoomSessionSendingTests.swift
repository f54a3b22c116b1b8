import Testing

@testable import ChatClient

@Suite struct RoomSessionSendingTests {
    @Test func `a line is sent with an id of its own and kept until it is acknowledged`() {
        var script = SessionScript()
        #expect(script.play(.line("hello")).sent == ["c-1 hello"])
        #expect(script.play(.line("hello")).sent == ["c-2 hello"])
        #expect(script.session.status.waitingLines == 2)
        _ = script.receive(.acknowledgement(ref: "c-1", id: nil))
        _ = script.receive(.acknowledgement(ref: "c-2", id: nil))
        #expect(script.session.status.waitingLines == 0)
    }

    @Test func `lines wait for the room's history`() {
        var script = SessionScript(connected: false)
        #expect(script.play(.start) == [.connect(cursor: nil)])
        #expect(script.play(.line("early")) == [])
        #expect(script.play(.connected) == [])
        #expect(script.receive(.history([])).sent == ["c-1 early"])
    }

    @Test func `after a reconnect the unacknowledged lines are sent again, in order, with the same ids`() {
        var script = SessionScript()
        for line in ["a", "b", "c"] { _ = script.play(.line(line)) }
        _ = script.receive(.acknowledgement(ref: "c-1", id: nil))
        let offline = script.play(.disconnected(.closed(nil)))
        #expect(offline.sent == [])
        #expect(script.play(.line("d")).sent == [])
        _ = script.untilDeadline()
        _ = script.play(.connected)
        #expect(script.receive(.history([])).sent == ["c-2 b", "c-3 c", "c-4 d"])
    }

    @Test func `no more than sixteen lines are under way at once`() {
        var script = SessionScript()
        var sent: [String] = []
        for number in 1...40 { sent += script.play(.line("\(number)")).sent }
        #expect(sent.count == 16)
        for number in 1...40 { sent += script.receive(.acknowledgement(ref: "c-\(number)", id: nil)).sent }
        #expect(sent == (1...40).map { "c-\($0) \($0)" })
    }

    @Test func `a temporary refusal is tried again later, in order, before newer lines`() {
        var script = SessionScript()
        for line in ["a", "b"] { _ = script.play(.line(line)) }
        let refusal = { (ref: String) in
            ServerEvent.failure(.init(ref: ref, code: "unavailable", message: "away", temporary: true))
        }
        #expect(script.receive(refusal("c-1")) == [])
        #expect(script.play(.line("c")) == [])
        #expect(script.receive(refusal("c-2")) == [])
        #expect(script.untilDeadline().sent == ["c-1 a", "c-2 b", "c-3 c"])
    }

    @Test func `nothing is sent again while a later line is still under way`() {
        var script = SessionScript()
        for line in ["a", "b"] { _ = script.play(.line(line)) }
        _ = script.receive(.failure(.init(ref: "c-1", code: "unavailable", message: "away", temporary: true)))
        #expect(script.play(.deadline, after: 5_000).sent == [])
        #expect(script.receive(.acknowledgement(ref: "c-2", id: nil)).sent == ["c-1 a"])
    }

    @Test func `the server's own waiting time is kept`() {
        var script = SessionScript()
        _ = script.play(.line("a"))
        _ = script.receive(
            .failure(
                .init(ref: "c-1", code: "rate_limited", message: "slow", temporary: true, retryAfterMilliseconds: 7_000)
            ))
        #expect(script.play(.deadline, after: 6_999).sent == [])
        #expect(script.play(.deadline, after: 1).sent == ["c-1 a"])
    }

    @Test func `a final refusal is shown and the line is let go`() {
        var script = SessionScript()
        _ = script.play(.line("rude"))
        let actions = script.receive(.failure(.init(ref: "c-1", code: "filtered", message: "not here")))
        #expect(actions.failures == ["not sent: rude: not here"])
        #expect(script.session.status.waitingLines == 0)
    }

    @Test func `a line that no server takes is not sent`() {
        var script = SessionScript()
        #expect(script.play(.line(String(repeating: "x", count: 8_000))).sent.count == 1)
        let actions = script.play(.line(String(repeating: "x", count: 8_001)))
        #expect(actions.sent == [] && actions.failures.count == 1)
    }

    @Test func `a line without an answer for half a minute means a dead connection`() {
        var script = SessionScript()
        _ = script.play(.line("a"))
        for _ in 0..<29 { _ = script.play(.received(.presence(online: nil, count: 1)), after: 1_000) }
        #expect(script.play(.deadline, after: 1_000) == [.abandon])
        _ = script.reconnect()
        #expect(script.receive(.history([])).sent == ["c-1 a"])
    }

    @Test func `the input waits while too many lines do`() {
        var script = SessionScript()
        for number in 1...RoomSession.maximumWaitingLines {
            #expect(script.session.takesLines)
            _ = script.play(.line("\(number)"))
        }
        #expect(!script.session.takesLines)
        _ = script.receive(.acknowledgement(ref: "c-1", id: nil))
        #expect(script.session.takesLines)
    }
}
