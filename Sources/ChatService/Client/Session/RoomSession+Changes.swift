extension RoomSession {
    /// A message is not what it was.
    mutating func changed(_ update: ServerEvent.Update, _ actions: inout [SessionAction]) {
        let message = update.message
        known.learn(message, isOwn: message.userID == ownID)
        let number = message.seq.map { "#\($0)" } ?? "a message"
        let who = update.userID.map(roster.name(of:))
        let text: String? =
            switch update.change {
            case "edited": "\(number) edited: \(message.content)"
            case "deleted": "\(number) deleted by \(who ?? "somebody")"
            case "reaction": "\(number) reactions: \(Self.reactions(message))"
            case "pinned": "\(number) pinned by \(who ?? "somebody"): \(message.content)"
            case "unpinned": "\(number) unpinned"
            case "thread": message.thread.map { "\(number) has \(Self.replies($0.replyCount))" }
            case "resumed": "\(number) changed meanwhile: \(Self.summary(message))"
            default: nil
            }
        if let text { actions.append(.show(.notice(text))) }
    }

    /// What a message is now, in one line.
    private static func summary(_ message: RoomMessage) -> String {
        guard !message.isDeleted else { return "deleted" }
        var parts = [message.content]
        if message.reactions?.isEmpty == false { parts.append("(\(reactions(message)))") }
        if let thread = message.thread { parts.append("(\(replies(thread.replyCount)))") }
        if message.pinnedAt != nil { parts.append("(pinned)") }
        return parts.joined(separator: " ")
    }

    private static func reactions(_ message: RoomMessage) -> String {
        let given = (message.reactions ?? []).map { "\($0.reaction) \($0.count)" }
        return given.isEmpty ? "none" : given.joined(separator: ", ")
    }

    private static func replies(_ count: Int) -> String { count == 1 ? "1 reply" : "\(count) replies" }

    /// The message with what is shown beside it.
    func annotated(_ message: RoomMessage) -> RoomMessage {
        var message = message
        var remarks: [String] = []
        if let id = message.threadID { remarks.append("in the thread of \(number(of: id))") }
        if let id = message.replyTo { remarks.append("answers \(number(of: id))") }
        if message.editedAt != nil { remarks.append("edited") }
        if message.reactions?.isEmpty == false { remarks.append(Self.reactions(message)) }
        if let thread = message.thread { remarks.append(Self.replies(thread.replyCount)) }
        if message.pinnedAt != nil { remarks.append("pinned") }
        if message.isDeleted { remarks.append("deleted") }
        message.remark = remarks.isEmpty ? nil : remarks.joined(separator: ", ")
        return message
    }

    private func number(of id: String) -> String { known.seq(of: id).map { "#\($0)" } ?? "an older message" }

    mutating func mentioned(in message: RoomMessage, _ actions: inout [SessionAction]) {
        let room = message.roomID.map { " in \($0)" } ?? ""
        actions.append(.show(.notice("\(message.username) mentions you\(room): \(message.content)")))
    }

    mutating func hasRead(_ userID: String, _ seq: Int64, _ actions: inout [SessionAction]) {
        guard userID != ownID else { return }
        // At a terminal it would bury what is said.
        if !settings.isInteractive { actions.append(.show(.notice("\(roster.name(of: userID)) has read #\(seq)"))) }
    }

    mutating func receivedThread(
        _ result: Result<MessagePage, SessionEvent.Failure>, _ actions: inout [SessionAction]
    ) {
        fetchesUnderWay -= 1
        switch result {
        case .success(let page):
            let messages = (page.root.map { [$0] } ?? []) + page.messages
            for message in messages {
                roster.learn(message.username, of: message.userID)
                known.learn(message, isOwn: message.userID == ownID)
            }
            actions.append(.show(.thread(messages.map(annotated))))
        case .failure(let failure):
            refuse(failure.message, &actions)
        }
    }

    mutating func receivedUnread(
        _ result: Result<UnreadPage, SessionEvent.Failure>, _ actions: inout [SessionAction]
    ) {
        fetchesUnderWay -= 1
        switch result {
        case .success(let page):
            let rooms = page.rooms.filter { $0.unread > 0 }
            if rooms.isEmpty { actions.append(.show(.information("nothing is unread"))) }
            for room in rooms {
                let mentions = room.mentions.map { $0 > 0 ? ", \($0) of you" : "" } ?? ""
                actions.append(.show(.information("\(room.roomID): \(room.unread) unread\(mentions)")))
            }
        case .failure(let failure):
            refuse(failure.message, &actions)
        }
    }
}
