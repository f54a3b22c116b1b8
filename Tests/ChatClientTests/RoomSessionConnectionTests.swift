import Testing

@testable import ChatClient

@Suite struct RoomSessionConnectionTests {
    @Test func `waits grow up to fifteen seconds and begin anew after a success`() {
        var script = SessionScript(connected: false)
        _ = script.play(.start)
        var waits: [Int64] = []
        for _ in 0..<12 {
            let before = script.now
            _ = script.play(.disconnected(.unreachable("nobody")))
            #expect(script.untilDeadline() == [.connect(cursor: nil)])
            waits.append(script.now - before)
        }
        #expect((150...300).contains(waits[0]))
        #expect(waits.allSatisfy { $0 <= 15_000 } && waits[11] >= 7_500)
        _ = script.play(.connected)
        _ = script.receive(.history([]))
        let before = script.now
        _ = script.play(.disconnected(.closed(nil)))
        _ = script.untilDeadline()
        #expect(script.now - before <= 300)
    }

    @Test func `two clients do not wait equally long`() {
        let waits = Set(
            (0..<20).map { seed -> Int64? in
                var session = RoomSession(
                    settings: .init(userID: "me", clientIDPrefix: "c", isInteractive: true), seed: UInt64(seed))
                _ = session.handle(.start, now: 0)
                _ = session.handle(.disconnected(.closed(nil)), now: 0)
                return session.nextDeadline
            })
        #expect(waits.count > 10)
    }

    @Test func `an attempt that fails again and again is told once`() {
        var script = SessionScript(connected: false)
        _ = script.play(.start)
        var told = 0
        for _ in 0..<5 {
            told += script.play(.disconnected(.unreachable("nobody"))).information.count
            _ = script.untilDeadline()
        }
        #expect(told == 1)
    }

    @Test(arguments: [401, 403])
    func `who is not let in is told why, and the program ends`(status: Int) {
        var script = SessionScript(connected: false)
        _ = script.play(.start)
        let end = ConnectionEnd.refused(status: status, message: "the token has expired", retryAfterMilliseconds: nil)
        let actions = script.play(.disconnected(end))
        #expect(actions.failures == ["not let in: the token has expired"])
        #expect(actions.finish == .notPermitted)
        #expect(script.session.nextDeadline == nil)
    }

    @Test(arguments: [429, 408, 500, 503])
    func `a refusal for now is tried again, after the time that the server asks for`(status: Int) {
        var script = SessionScript(connected: false)
        _ = script.play(.start)
        let before = script.now
        let end = ConnectionEnd.refused(status: status, message: "busy", retryAfterMilliseconds: 9_000)
        #expect(script.play(.disconnected(end)).finish == nil)
        #expect(script.untilDeadline() == [.connect(cursor: nil)])
        #expect(script.now - before == 9_000)
    }

    @Test(arguments: [nil, 1000, 1001, 1006, 1011, 1012, 4000, 4001, 4002, 4003, 4005, 4006, 4499])
    func `these closes are followed by a reconnect`(code: Int?) {
        var script = SessionScript()
        #expect(script.play(.disconnected(.closed(code.map { CloseReason(code: $0) }))).finish == nil)
        #expect(script.untilDeadline() == [.connect(cursor: nil)])
    }

    @Test(arguments: [
        (4500, SessionExit.notPermitted), (4504, .notPermitted), (4999, .notPermitted), (1009, .unavailable),
    ])
    func `these closes are final`(code: Int, status: SessionExit) {
        var script = SessionScript()
        #expect(script.play(.disconnected(.closed(CloseReason(code: code, reason: "why")))).finish == status)
    }

    @Test func `a quiet connection is pinged, then given up`() {
        var script = SessionScript()
        #expect(script.untilDeadline() == [.ping])
        #expect(script.now == 21_000)
        #expect(script.play(.pong, after: 10) == [])
        #expect(script.untilDeadline() == [.ping])
        #expect(script.untilDeadline() == [.abandon])
        #expect(script.play(.disconnected(.closed(nil))).information.count == 1)
    }

    @Test func `a room that never sends its history is given up`() {
        var script = SessionScript(connected: false)
        _ = script.play(.start)
        _ = script.play(.connected)
        #expect(script.untilDeadline() == [.abandon])
        #expect(script.now == 31_000)
    }

    @Test func `a pipe gives up after its patience, a person's terminal does not`() {
        var pipe = SessionScript(interactive: false, patience: 10_000, connected: false)
        _ = pipe.play(.start)
        _ = pipe.play(.disconnected(.unreachable("nobody")))
        #expect(pipe.play(.deadline, after: 9_999).finish == nil)
        #expect(pipe.play(.deadline, after: 1).finish == .unavailable)
        var terminal = SessionScript(connected: false)
        _ = terminal.play(.start)
        _ = terminal.play(.disconnected(.unreachable("nobody")))
        #expect(terminal.play(.deadline, after: 3_600_000).finish == nil)
    }

    @Test func `the patience counts anew after each connection`() {
        var script = SessionScript(interactive: false, follows: true, patience: 10_000)
        _ = script.play(.received(.presence(online: nil, count: 1)), after: 15_000)
        _ = script.play(.disconnected(.closed(nil)))
        #expect(script.play(.deadline, after: 9_999).finish == nil)
        #expect(script.play(.deadline, after: 1).finish == .unavailable)
    }

    @Test func `every deadline makes progress`() {
        // A deadline that changed nothing would come again at once, for ever.
        var script = SessionScript()
        _ = script.receive(.typing(users: ["bob"]))
        _ = script.play(.edited(isEmpty: false))
        _ = script.play(.line("a"))
        _ = script.receive(.failure(.init(ref: "c-1", code: "unavailable", message: "", temporary: true)))
        var last = script.now
        var repeats = 0
        for _ in 0..<200 {
            let actions = script.untilDeadline()
            if actions.contains(.abandon) { _ = script.play(.disconnected(.closed(nil))) }
            if actions.contains(where: { if case .connect = $0 { true } else { false } }) {
                _ = script.play(.connected)
            }
            repeats = script.now == last ? repeats + 1 : 0
            last = script.now
            #expect(repeats < 3)
        }
    }
}
