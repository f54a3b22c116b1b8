import Testing

@testable import ChatClient

@Suite struct RoomSessionEndingTests {
    @Test func `a pipe ends when its last line is acknowledged and shown`() {
        var script = SessionScript(interactive: false)
        _ = script.play(.line("a"))
        #expect(script.play(.endOfInput).finish == nil)
        #expect(script.receive(.acknowledgement(ref: "c-1", id: message(1).id)).finish == nil)
        #expect(script.receive(.message(message(1, "a", from: "me"))).finish == .success)
    }

    @Test func `a message that never shows is not waited for long`() {
        var script = SessionScript(interactive: false)
        _ = script.play(.line("a"))
        _ = script.play(.endOfInput)
        _ = script.receive(.acknowledgement(ref: "c-1", id: message(1).id))
        #expect(script.untilDeadline().finish == .success)
        #expect(script.now == 3_000)
    }

    @Test func `an empty input ends after the history`() {
        var script = SessionScript(interactive: false, connected: false)
        _ = script.play(.start)
        #expect(script.play(.endOfInput).finish == nil)
        _ = script.play(.connected)
        let actions = script.receive(.history([message(1)]))
        #expect(actions.shown == [1])
        #expect(actions.finish == .success)
    }

    @Test func `a pipe that follows stays`() {
        var script = SessionScript(interactive: false, follows: true)
        #expect(script.play(.endOfInput).finish == nil)
        #expect(script.receive(.message(message(1))).finish == nil)
    }

    @Test func `a refused line shows in the exit status`() {
        var script = SessionScript(interactive: false)
        _ = script.play(.line("rude"))
        _ = script.play(.endOfInput)
        let refusal = ServerEvent.failure(.init(ref: "c-1", code: "filtered", message: "no"))
        #expect(script.receive(refusal).finish == .notSent)
    }

    @Test func `the end waits through a broken connection`() {
        var script = SessionScript(interactive: false)
        _ = script.play(.line("a"))
        _ = script.play(.endOfInput)
        #expect(script.reconnect().finish == nil)
        #expect(script.receive(.history([])).sent == ["c-1 a"])
        #expect(script.receive(.acknowledgement(ref: "c-1", id: nil)).finish == .success)
    }

    @Test func `a script's commands wait until what stands above them is done`() {
        var script = SessionScript(interactive: false)
        _ = script.play(.line("cat"))
        #expect(script.play(.line("/search cat")) == [])
        #expect(!script.session.takesLines)
        #expect(script.receive(.acknowledgement(ref: "c-1", id: message(1).id)) == [])
        let actions = script.receive(.message(message(1, "cat", from: "me")))
        #expect(actions.last == .search(text: "cat", before: nil))
        #expect(script.play(.endOfInput).finish == nil)
        #expect(script.play(.found(.success(MessagePage(messages: [], nextBeforeID: nil)))).finish == .success)
    }

    @Test func `quit leaves at once when nothing waits`() {
        var script = SessionScript()
        #expect(script.play(.line("/quit")).finish == .success)
    }

    @Test func `quit waits for acknowledgements, a second one does not`() {
        var script = SessionScript()
        _ = script.play(.line("a"))
        #expect(script.play(.line("/quit")).finish == nil)
        var other = script
        #expect(other.receive(.acknowledgement(ref: "c-1", id: nil)).finish == .success)
        #expect(script.play(.line("/quit")).finish == .notSent)
    }

    @Test func `an interrupt ends whatever is going on`() {
        var script = SessionScript()
        _ = script.play(.line("a"))
        #expect(script.play(.interrupted).finish == .interrupted)
        #expect(script.play(.line("b")) == [])
    }

    @Test func `typing is told now and then while the person types, and when they stop`() {
        var script = SessionScript()
        #expect(script.play(.edited(isEmpty: false)).typing == [true])
        #expect(script.play(.edited(isEmpty: false), after: 1_000).typing == [])
        #expect(script.play(.edited(isEmpty: false), after: 2_000).typing == [true])
        #expect(script.play(.deadline, after: 4_999).typing == [])
        #expect(script.play(.deadline, after: 1).typing == [false])
        #expect(script.play(.edited(isEmpty: false)).typing == [true])
        #expect(script.play(.edited(isEmpty: true)).typing == [false])
    }

    @Test func `sending a line is the end of typing, without a frame`() {
        var script = SessionScript()
        _ = script.play(.edited(isEmpty: false))
        #expect(script.play(.line("a")).typing == [])
        #expect(script.play(.deadline, after: 6_000).typing == [])
    }

    @Test func `a pipe never types`() {
        var script = SessionScript(interactive: false)
        #expect(script.play(.edited(isEmpty: false)) == [])
    }
}
