import Testing

@testable import ChatClient

@Suite struct RoomSessionCommandTests {
    private func script(interactive: Bool = true) -> SessionScript {
        var script = SessionScript(interactive: interactive)
        _ = script.receive(.message(message(1, "hello", from: "bob")))
        _ = script.receive(.message(message(2, "mine", from: "me")))
        return script
    }

    @Test(arguments: [
        ("/edit new text", ClientFrame.Command.edit(id: message(2).id, content: "new text")),
        ("/edit #2 new", .edit(id: message(2).id, content: "new")), ("/delete", .delete(id: message(2).id)),
        ("/delete #2", .delete(id: message(2).id)),
        ("/react #1 👍", .reaction(id: message(1).id, reaction: "👍", isAdded: true)),
        ("/react #1 -:tada:", .reaction(id: message(1).id, reaction: ":tada:", isAdded: false)),
        ("/pin #1", .pin(id: message(1).id, isAdded: true)), ("/unpin #1", .pin(id: message(1).id, isAdded: false)),
        ("/read", .read(seq: 2)), ("/read #1", .read(seq: 1)),
        ("/status busy in a meeting", .status("busy", text: "in a meeting")),
        ("/status online", .status("online", text: nil)),
    ])
    func `a command about a message is sent with its id`(line: String, command: ClientFrame.Command) {
        var script = script()
        #expect(script.play(.line(line)) == [.send(.command(command, ref: "cmd-1"))])
        #expect(script.receive(.acknowledgement(ref: "cmd-1", id: nil)) == [])
    }

    @Test(arguments: [
        "/edit", "/react #1", "/react 👍", "/reply #1", "/reply text", "/thread", "/pin", "/pin x", "/status", "/read x",
    ])
    func `a command that lacks something says how it is used`(line: String) {
        var script = script()
        let actions = script.play(.line(line))
        #expect(actions.failures.count == 1 && actions.failures[0].contains("/"))
        #expect(actions.count == 1)
    }

    @Test func `a message that was not shown cannot be named`() {
        var script = script()
        #expect(script.play(.line("/pin #9")).failures == ["message #9 was not shown here"])
        var empty = SessionScript()
        #expect(empty.play(.line("/edit x")).failures == ["there is no message of yours here"])
    }

    @Test func `an answer and a reply in a thread are sent like lines`() {
        var script = script()
        let reply = ClientFrame.reply(content: "yes", clientID: "c-1", replyTo: message(1).id, threadID: nil)
        #expect(script.play(.line("/reply #1 yes")) == [.send(reply)])
        var inThread = message(3, "in thread")
        inThread.threadID = message(1).id
        #expect(script.receive(.message(inThread)).shown == [3])
        // A thread has one level: what is said in the thread of a reply is said in the thread of its root.
        let second = ClientFrame.reply(content: "me too", clientID: "c-2", replyTo: nil, threadID: message(1).id)
        #expect(script.play(.line("/thread #3 me too")) == [.send(second)])
        #expect(script.play(.line("/thread #3")) == [.fetchThread(root: message(1).id)])
    }

    @Test func `a refused command says which one, and counts as a failure`() {
        var script = script()
        _ = script.play(.line("/edit #1 x"))
        let actions = script.receive(.failure(.init(ref: "cmd-1", code: "forbidden", message: "not yours")))
        #expect(actions.failures == ["could not edit #1: not yours"])
    }

    @Test func `commands without an answer are sent again after a reconnect`() {
        var script = script()
        _ = script.play(.line("/pin #1"))
        _ = script.reconnect()
        let actions = script.receive(.resumed)
        #expect(actions.contains(.send(.command(.pin(id: message(1).id, isAdded: true), ref: "cmd-1"))))
    }

    @Test func `in a script a command waits for the lines above it, and the end for its answer`() {
        var script = script(interactive: false)
        _ = script.play(.line("last words"))
        #expect(script.play(.line("/edit better words")) == [])
        _ = script.play(.endOfInput)
        _ = script.receive(.message(message(3, "last words", from: "me")))
        let sent = script.receive(.acknowledgement(ref: "c-1", id: message(3).id))
        #expect(sent == [.send(.command(.edit(id: message(3).id, content: "better words"), ref: "cmd-1"))])
        #expect(script.receive(.acknowledgement(ref: "cmd-1", id: nil)).finish == .success)
    }

    @Test func `what becomes of messages is told by their numbers`() {
        var script = script()
        func update(_ change: String, _ edit: (inout RoomMessage) -> Void) -> [String] {
            var changed = message(1, "hello", from: "bob")
            edit(&changed)
            return script.receive(.updated(.init(change: change, userID: "bob", message: changed))).notices
        }
        #expect(update("edited") { $0.content = "hi" } == ["#1 edited: hi"])
        #expect(update("reaction") { $0.reactions = [.init(reaction: "👍", count: 2)] } == ["#1 reactions: 👍 2"])
        #expect(update("thread") { $0.thread = .init(replyCount: 1) } == ["#1 has 1 reply"])
        #expect(update("pinned") { _ in } == ["#1 pinned by BOB: hello"])
        #expect(update("deleted") { $0.deletedAt = "now" } == ["#1 deleted by BOB"])
        #expect(update("resumed") { $0.content = "hi" } == ["#1 changed meanwhile: hi"])
        #expect(update("of a later version") { _ in } == [])
    }

    @Test func `mentions, readers, status and unread are shown`() {
        var script = script(interactive: false)
        var named = message(7, "hi @me")
        named.roomID = "other"
        #expect(script.receive(.mention(named)).notices == ["BOB mentions you in other: hi @me"])
        #expect(script.receive(.read(userID: "bob", seq: 2)).notices == ["BOB has read #2"])
        #expect(script.receive(.status(userID: "bob", status: "busy", text: "soon")).notices == ["BOB is busy (soon)"])
        #expect(script.play(.line("/unread")) == [.fetchUnread])
        let page = UnreadPage(rooms: [
            .init(roomID: "a", unread: 3, mentions: 1), .init(roomID: "b", unread: 0, mentions: 0),
        ])
        #expect(script.play(.unread(.success(page))).information == ["a: 3 unread, 1 of you"])
    }

    @Test func `the cursor is the last that was given, and the resync tells that something is missing`() {
        var script = script()
        _ = script.play(.received(.updated(.init(change: "thread", userID: nil, message: message(1))), cursor: "c9"))
        _ = script.play(.received(.typing(users: [])))
        _ = script.play(.disconnected(.closed(nil)))
        #expect(script.untilDeadline() == [.connect(cursor: "c9")])
        _ = script.play(.connected)
        #expect(script.receive(.resync).information.count == 1)
        #expect(script.receive(.history([message(50)])).shown == [50])
        #expect(ServerEvent.cursor(in: #"{"type":"hello","cursor":"x"}"#) == nil)
        #expect(ServerEvent.cursor(in: #"{"type":"history","messages":[],"cursor":"x"}"#) == "x")
    }

    @Test func `one who came with a token alone learns from the server who he is`() {
        var script = script()
        _ = script.receive(.hello(userID: "bob"))
        #expect(script.play(.line("/delete")).contains(.send(.command(.delete(id: message(2).id), ref: "cmd-1"))))
        _ = script.receive(.message(message(3, from: "bob")))
        #expect(script.play(.line("/delete")) == [.send(.command(.delete(id: message(3).id), ref: "cmd-2"))])
    }

    @Test func `the second dialect's frames are understood`() {
        let text =
            #"{"_id":"0a","seq":3,"user_id":"u","username":"U","content":"","timestamp":"","reactions":[{"reaction":"👍","count":2,"users":["a"]}],"thread":{"reply_count":4,"last_reply_at":"","participants":[]},"reply_to":"0b"}"#
        guard
            case .updated(let update)? = ServerEvent.decode(
                #"{"type":"message_updated","change":"reaction","user_id":"a","message":\#(text)}"#)
        else {
            Issue.record("not understood")
            return
        }
        #expect(update.message.reactions == [.init(reaction: "👍", count: 2)])
        #expect(update.message.thread?.replyCount == 4)
        #expect(update.message.replyTo == "0b")
        #expect(
            ServerEvent.decode(#"{"type":"presence_diff","joined":["a"],"left":[],"count":2}"#)
                == .presenceChange(joined: ["a"], left: [], count: 2))
        #expect(ServerEvent.decode(#"{"type":"resumed","from":1,"to":2,"count":1,"changed":0}"#) == .resumed)
        #expect(ServerEvent.decode(#"{"type":"read","user_id":"a","seq":4}"#) == .read(userID: "a", seq: 4))
    }
}
