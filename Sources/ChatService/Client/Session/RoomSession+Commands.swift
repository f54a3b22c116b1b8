extension RoomSession {
    /// Commands about messages, what is read, and oneself.
    mutating func runCommand(_ command: LineCommand, _ actions: inout [SessionAction]) {
        switch command {
        case .edit(let number, let text):
            withMessage(number ?? known.ownSeq, &actions) { .edit(id: $0.id, content: text) }
        case .delete(let number):
            withMessage(number ?? known.ownSeq, &actions) { .delete(id: $0.id) }
        case .react(let number, let reaction, let isAdded):
            withMessage(number, &actions) { .reaction(id: $0.id, reaction: reaction, isAdded: isAdded) }
        case .pin(let number, let isAdded):
            withMessage(number, &actions) { .pin(id: $0.id, isAdded: isAdded) }
        case .reply(let number, let text):
            guard let message = message(number, &actions) else { return }
            // What answers a reply stays in its thread.
            say(text, replyTo: message.id, threadID: message.threadID, &actions)
        case .thread(let number, let text):
            guard let message = message(number, &actions) else { return }
            let root = message.threadID ?? message.id
            guard let text else {
                fetchesUnderWay += 1
                actions.append(.fetchThread(root: root))
                return
            }
            say(text, threadID: root, &actions)
        case .unread:
            fetchesUnderWay += 1
            actions.append(.fetchUnread)
        case .read(let number):
            guard let seq = number ?? timeline.lastSeq else {
                return actions.append(.show(.information("there is nothing to read")))
            }
            submit(.read(seq: seq), "read #\(seq)", &actions)
        case .status(let word, let text):
            submit(.status(word, text: text), "set the status", &actions)
        case .say, .quit, .who, .history, .search, .help, .incomplete, .unknown, .nothing:
            break
        }
    }

    private mutating func message(_ number: Int64?, _ actions: inout [SessionAction]) -> RoomMessage? {
        guard let number else {
            refuse("there is no message of yours here", &actions)
            return nil
        }
        guard let message = known[number] else {
            refuse("message #\(number) was not shown here", &actions)
            return nil
        }
        return message
    }

    private mutating func withMessage(
        _ number: Int64?, _ actions: inout [SessionAction], _ command: (RoomMessage) -> ClientFrame.Command
    ) {
        guard let message = message(number, &actions) else { return }
        let command = command(message)
        submit(command, "\(command.verb) #\(message.seq ?? 0)", &actions)
    }

    private mutating func submit(
        _ command: ClientFrame.Command, _ name: String, _ actions: inout [SessionAction]
    ) {
        guard !commands.isFull else { return refuse("too many commands wait for an answer", &actions) }
        let entry = commands.add(command, name: name)
        if state == .joined { actions.append(.send(.command(entry.command, ref: entry.ref))) }
    }

    mutating func refuse(_ text: String, _ actions: inout [SessionAction]) {
        refusedLines += 1
        actions.append(.show(.failure(text)))
    }

    /// What was under way may or may not have been done.
    func resendCommands(_ actions: inout [SessionAction]) {
        for entry in commands.entries { actions.append(.send(.command(entry.command, ref: entry.ref))) }
    }
}

extension ClientFrame.Command {
    fileprivate var verb: String {
        switch self {
        case .edit: "edit"
        case .delete: "delete"
        case .reaction: "react to"
        case .pin(_, let isAdded): isAdded ? "pin" : "unpin"
        case .read: "read"
        case .status: "set the status"
        }
    }
}
