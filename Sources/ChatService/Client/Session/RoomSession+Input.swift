extension RoomSession {
    /// In characters, as the server counts them.
    static let maximumCharacters = 8_000
    /// Beyond this a frame may be larger than servers take, and the connection would be lost over one line.
    static let maximumBytes = 48 * 1_024

    mutating func entered(_ line: String, now: Int64, _ actions: inout [SessionAction]) {
        let command = LineCommand(line)
        switch command {
        case .who, .history, .search, .edit, .delete, .react, .reply, .thread, .pin, .unread, .read, .status:
            // In a script, what stands above comes first: a search finds the lines sent before it.
            if settings.isInteractive { run(command, &actions) } else { waitingCommands.append(command) }
        case .nothing, .say, .quit, .help, .incomplete, .unknown:
            run(command, &actions)
        }
    }

    mutating func runWaitingCommands(_ actions: inout [SessionAction]) {
        while isSettled, let command = waitingCommands.first {
            waitingCommands.removeFirst()
            run(command, &actions)
        }
    }

    private mutating func run(_ command: LineCommand, _ actions: inout [SessionAction]) {
        switch command {
        case .nothing:
            break
        case .say(let text):
            say(text, &actions)
        case .quit:
            quit(&actions)
        case .who:
            actions.append(.show(.information(whoIsOnline)))
        case .history:
            askForOlder(&actions)
        case .search(let text):
            search(text, &actions)
        case .help:
            for text in LineCommand.summary { actions.append(.show(.information(text))) }
        case .edit, .delete, .react, .reply, .thread, .pin, .unread, .read, .status:
            runCommand(command, &actions)
        case .incomplete(let usage):
            refuse("that takes more: \(usage)", &actions)
        case .unknown(let name):
            actions.append(.show(.failure("\(name) is no command: /help lists them, // sends a line with one /")))
        }
    }

    mutating func say(
        _ text: String, replyTo: String? = nil, threadID: String? = nil, _ actions: inout [SessionAction]
    ) {
        guard text.count <= Self.maximumCharacters, text.utf8.count <= Self.maximumBytes else {
            refusedLines += 1
            actions.append(.show(.failure("not sent: a message has at most \(Self.maximumCharacters) characters")))
            return
        }
        sentLines += 1
        outbox.append(
            clientID: "\(settings.clientIDPrefix)-\(sentLines)", content: text, replyTo: replyTo, threadID: threadID)
        // The server takes a message as the end of typing.
        typingSentAt = nil
    }

    /// The first time waits for what is not acknowledged yet, the second does not.
    private mutating func quit(_ actions: inout [SessionAction]) {
        if isLeaving { return end(.notSent, &actions) }
        isLeaving = true
        if !outbox.isEmpty {
            actions.append(
                .show(.information("\(outbox.count) not acknowledged yet, waiting; /quit again leaves at once")))
        }
    }

    private mutating func askForOlder(_ actions: inout [SessionAction]) {
        guard let oldest = timeline.oldestID, !timeline.isAtBeginning else {
            actions.append(.show(.information("there is nothing older")))
            return
        }
        fetchesUnderWay += 1
        actions.append(.fetchOlder(before: oldest))
    }

    private mutating func search(_ text: String?, _ actions: inout [SessionAction]) {
        if let text { lastSearch = (text, nil) }
        guard let lastSearch else {
            actions.append(.show(.information("there is no search to go on with: /search TEXT")))
            return
        }
        fetchesUnderWay += 1
        actions.append(.search(text: lastSearch.text, before: lastSearch.before))
    }

    mutating func edited(isEmpty: Bool, now: Int64, _ actions: inout [SessionAction]) {
        lastKeystroke = now
        guard state == .joined, settings.isInteractive else { return }
        if isEmpty {
            stopTyping(&actions)
        } else if typingSentAt.map({ now - $0 >= Self.typingMilliseconds }) ?? true {
            typingSentAt = now
            actions.append(.send(.typing(true)))
        }
    }

    mutating func checkTyping(now: Int64, _ actions: inout [SessionAction]) {
        if typingSentAt != nil, now - lastKeystroke >= Self.typingPauseMilliseconds { stopTyping(&actions) }
    }

    private mutating func stopTyping(_ actions: inout [SessionAction]) {
        guard typingSentAt != nil else { return }
        typingSentAt = nil
        actions.append(.send(.typing(false)))
    }
}
