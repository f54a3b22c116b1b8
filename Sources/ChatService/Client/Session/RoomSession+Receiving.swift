extension RoomSession {
    mutating func received(
        _ event: ServerEvent, cursor: String?, now: Int64, _ actions: inout [SessionAction]
    ) {
        switch state {
        case .joining, .joined:
            heard(now: now)
        case .idle, .connecting, .waiting, .ended:
            // A late frame of a connection that is already given up; it comes again on the next.
            return
        }
        if let cursor { self.cursor = cursor }
        switch event {
        case .hello(let userID):
            ownID = userID
        case .history(let messages):
            joined(now: now, &actions)
            for message in messages { show(message, &actions) }
        case .message(let message):
            roster.stoppedTyping(message.userID)
            show(message, &actions)
        case .system(let content, let userID):
            if let userID, let joined = Self.joining(content) { roster.announced(userID, joined: joined) }
            actions.append(.show(.notice(content)))
        case .typing(let users):
            typing(users, now: now, &actions)
        case .presence(let online, let count):
            presence(online, count, &actions)
        case .presenceChange(let joined, let left, let count):
            roster.changed(joined: joined, left: left, count: count)
        case .resumed:
            joined(now: now, &actions)
        case .resync:
            actions.append(.show(.information("what came meanwhile is too much to be told; the newest follows")))
        case .updated(let update):
            changed(update, &actions)
        case .read(let userID, let seq):
            hasRead(userID, seq, &actions)
        case .mention(let message):
            mentioned(in: message, &actions)
        case .status(let userID, let status, let text):
            let words = text.map { " (\($0))" } ?? ""
            actions.append(.show(.notice("\(roster.name(of: userID)) is \(status)\(words)")))
        case .acknowledgement(let ref, let id):
            if commands.answered(ref) != nil { return }
            if outbox.acknowledged(ref) { ownMessage = id.map { ($0, now + Self.echoMilliseconds) } ?? ownMessage }
        case .failure(let failure):
            failed(failure, now: now, &actions)
        case .other:
            break
        }
    }

    /// Whether the notice tells that somebody joined or left; `nil` when it tells something else.
    private static func joining(_ content: String) -> Bool? {
        if content.hasSuffix("joined the chat") { return true }
        return content.hasSuffix("left the chat") ? false : nil
    }

    private mutating func show(_ message: RoomMessage, _ actions: inout [SessionAction]) {
        roster.learn(message.username, of: message.userID)
        switch timeline.receive(message) {
        case .new:
            break
        case .newAfterGap(let missing):
            actions.append(.show(.information("\(missing) messages that came meanwhile are not shown")))
        case .alreadyShown:
            return
        }
        known.learn(message, isOwn: message.userID == ownID)
        actions.append(.show(.message(annotated(message))))
    }

    private mutating func typing(_ users: [String], now: Int64, _ actions: inout [SessionAction]) {
        let others = users.filter { $0 != ownID }
        let began = roster.typing(others, now: now)
        // At a terminal the status line shows it.
        if !settings.isInteractive, !began.isEmpty {
            actions.append(.show(.notice("\(names(began)) typing")))
        }
    }

    private mutating func presence(_ online: [String]?, _ count: Int, _ actions: inout [SessionAction]) {
        let change = roster.presence(online: online, count: count)
        if change.isFirst {
            actions.append(.show(.notice(whoIsOnline)))
        } else {
            if !change.appeared.isEmpty { actions.append(.show(.notice("\(names(change.appeared)) online"))) }
            if !change.vanished.isEmpty { actions.append(.show(.notice("\(names(change.vanished)) offline"))) }
        }
    }

    private mutating func failed(_ failure: ServerEvent.Failure, now: Int64, _ actions: inout [SessionAction]) {
        guard let ref = failure.ref else {
            actions.append(.show(.failure(failure.message)))
            return
        }
        if let entry = commands.answered(ref) {
            return refuse("could not \(entry.name): \(failure.message)", &actions)
        }
        if failure.temporary {
            outbox.refusedForNow(ref, retryAt: failure.retryAfterMilliseconds.map { now + max(0, $0) }, now: now)
        } else if let entry = outbox.refused(ref) {
            refusedLines += 1
            actions.append(.show(.failure("not sent: \(entry.content.prefix(40)): \(failure.message)")))
        }
    }

    mutating func receivedOlder(
        _ result: Result<MessagePage, SessionEvent.Failure>, _ actions: inout [SessionAction]
    ) {
        fetchesUnderWay -= 1
        switch result {
        case .success(let page):
            timeline.receiveOlder(page)
            for message in page.messages {
                roster.learn(message.username, of: message.userID)
                known.learn(message, isOwn: message.userID == ownID)
            }
            if !page.messages.isEmpty { actions.append(.show(.older(page.messages.map(annotated)))) }
            if timeline.isAtBeginning {
                actions.append(.show(.information("this is the beginning of the room")))
            }
        case .failure(let failure):
            actions.append(.show(.failure(failure.message)))
        }
    }

    mutating func receivedFound(
        _ result: Result<MessagePage, SessionEvent.Failure>, _ actions: inout [SessionAction]
    ) {
        fetchesUnderWay -= 1
        switch result {
        case .success(let page):
            lastSearch?.before = page.nextBeforeID
            for message in page.messages { known.learn(message, isOwn: message.userID == ownID) }
            if !page.messages.isEmpty { actions.append(.show(.found(page.messages.map(annotated)))) }
            let found = page.messages.count
            if page.nextBeforeID == nil {
                lastSearch = nil
                actions.append(.show(.information(found == 0 ? "nothing found" : "\(found) found, that is all")))
            } else {
                actions.append(.show(.information("\(found) found so far, /search goes on")))
            }
        case .failure(let failure):
            actions.append(.show(.failure(failure.message)))
        }
    }

    /// "alice is", "alice and bob are".
    private func names(_ users: [String]) -> String {
        let names = users.map(roster.name(of:))
        let shown = names.prefix(5).joined(separator: ", ")
        return switch names.count {
        case 1: "\(shown) is"
        case 2...5: "\(shown) are"
        default: "\(shown) and \(names.count - 5) more are"
        }
    }

    var whoIsOnline: String {
        let online = roster.online.map(roster.name(of:)).sorted()
        if online.isEmpty { return "online: \(roster.count)" }
        let more = roster.count > online.count ? ", …" : ""
        return "online: \(online.joined(separator: ", "))\(more) (\(roster.count))"
    }
}
