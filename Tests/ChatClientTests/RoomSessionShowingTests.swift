import Testing

@testable import ChatClient

@Suite struct RoomSessionShowingTests {
    @Test func `history and live messages are shown once each`() {
        var script = SessionScript(connected: false)
        _ = script.play(.start)
        _ = script.play(.connected)
        #expect(script.receive(.history([message(1), message(2)])).shown == [1, 2])
        #expect(script.receive(.message(message(2))).shown == [])
        #expect(script.receive(.message(message(3))).shown == [3])
    }

    @Test func `a reconnect asks for what is newer and shows nothing twice`() {
        var script = SessionScript()
        _ = script.play(.received(.message(message(1)), cursor: "c1"))
        _ = script.play(.received(.message(message(2)), cursor: "c2"))
        _ = script.play(.disconnected(.closed(CloseReason(code: 4001))))
        #expect(script.untilDeadline() == [.connect(cursor: "c2")])
        _ = script.play(.connected)
        // This server cannot go on from there and sends the last messages again.
        let actions = script.receive(.history([message(1), message(2), message(3)]))
        #expect(actions.shown == [3])
        #expect(actions.information == ["connected again"])
    }

    @Test func `messages that were missed for good are counted`() {
        var script = SessionScript()
        _ = script.receive(.message(message(10)))
        _ = script.reconnect()
        let actions = script.receive(.history([message(50), message(51)]))
        #expect(actions.shown == [50, 51])
        #expect(actions.information.contains("39 messages that came meanwhile are not shown"))
    }

    @Test func `frames of a connection that is given up are not shown`() {
        var script = SessionScript()
        _ = script.play(.disconnected(.closed(nil)))
        #expect(script.receive(.message(message(1))) == [])
    }

    @Test func `joins and leaves are shown, and a list that says the same is no news`() {
        var script = SessionScript()
        #expect(script.receive(.presence(online: ["me"], count: 1)).notices == ["online: me (1)"])
        let joined = ServerEvent.system(content: "User bob joined the chat", userID: "bob")
        #expect(script.receive(joined).notices == ["User bob joined the chat"])
        #expect(script.session.status.onlineCount == 2)
        #expect(script.receive(.presence(online: ["bob", "me"], count: 2)).notices == [])
        let left = ServerEvent.system(content: "User bob left the chat", userID: "bob")
        #expect(script.receive(left).notices == ["User bob left the chat"])
        #expect(script.receive(.presence(online: ["me"], count: 1)).notices == [])
    }

    @Test func `who went offline without leaving is told`() {
        var script = SessionScript()
        _ = script.receive(.message(message(1)))
        _ = script.receive(.presence(online: ["bob", "me"], count: 2))
        #expect(script.receive(.presence(online: ["me"], count: 1)).notices == ["BOB is offline"])
        #expect(script.receive(.presence(online: ["bob", "eve", "me"], count: 3)).notices == ["BOB, eve are online"])
    }

    @Test func `a large room's count alone is taken`() {
        var script = SessionScript()
        #expect(script.receive(.presence(online: nil, count: 5_000)).notices == [])
        #expect(script.session.status.onlineCount == 5_000)
        #expect(script.play(.line("/who")).information == ["online: 5000"])
    }

    @Test func `typing of others shows for some seconds, a message ends it`() {
        var script = SessionScript()
        _ = script.receive(.typing(users: ["bob", "me", "eve"]))
        #expect(script.session.roster.currentlyTyping(now: script.now) == ["bob", "eve"])
        _ = script.receive(.message(message(1)))
        #expect(script.session.roster.currentlyTyping(now: script.now) == ["eve"])
        #expect(script.session.roster.currentlyTyping(now: script.now + 8_000) == [])
    }

    @Test func `in a pipe typing is one line when it begins`() {
        var script = SessionScript(interactive: false, follows: true)
        #expect(script.receive(.typing(users: ["bob"])).notices == ["bob is typing"])
        #expect(script.receive(.typing(users: ["bob"])).notices == [])
        #expect(script.receive(.typing(users: ["bob", "eve"])).notices == ["eve is typing"])
    }

    @Test func `older pages go on where the last one ended`() {
        var script = SessionScript()
        #expect(script.play(.line("/history")).information == ["there is nothing older"])
        _ = script.receive(.message(message(100)))
        #expect(script.play(.line("/history")) == [.fetchOlder(before: message(100).id)])
        let page = MessagePage(messages: [message(98), message(99)], nextBeforeID: message(98).id)
        #expect(script.play(.older(.success(page))) == [.show(.older(page.messages))])
        #expect(script.play(.line("/history")) == [.fetchOlder(before: message(98).id)])
        let actions = script.play(.older(.success(MessagePage(messages: [message(97)], nextBeforeID: nil))))
        #expect(actions.information == ["this is the beginning of the room"])
        #expect(script.play(.line("/history")).information == ["there is nothing older"])
    }

    @Test func `a search goes on until there is no more`() {
        var script = SessionScript()
        #expect(script.play(.line("/search cat food")) == [.search(text: "cat food", before: nil)])
        let empty = MessagePage(messages: [], nextBeforeID: message(5).id)
        #expect(script.play(.found(.success(empty))).information == ["0 found so far, /search goes on"])
        #expect(script.play(.line("/search")) == [.search(text: "cat food", before: message(5).id)])
        let last = MessagePage(messages: [message(2)], nextBeforeID: nil)
        #expect(script.play(.found(.success(last))).information == ["1 found, that is all"])
        #expect(script.play(.line("/search")).information.count == 1)
    }

    @Test func `a failed request is told and nothing else`() {
        var script = SessionScript()
        _ = script.play(.line("/search x"))
        #expect(script.play(.found(.failure(.init(message: "status 503")))).failures == ["status 503"])
    }

    @Test func `unknown commands and frames do no harm`() {
        var script = SessionScript()
        #expect(script.play(.line("/etc/passwd")).sent == [])
        #expect(script.play(.line("//etc/passwd")).sent == ["c-1 /etc/passwd"])
        #expect(script.receive(.other(type: "from the future")) == [])
    }
}
