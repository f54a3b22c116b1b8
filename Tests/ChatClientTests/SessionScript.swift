@testable import ChatClient

/// Plays a session: events with times in, and what is worth a look of the actions out.
struct SessionScript {
    var session: RoomSession
    var now: Int64 = 1_000

    init(
        interactive: Bool = true, follows: Bool = false, patience: Int64? = nil, connected: Bool = true
    ) {
        var settings = RoomSession.Settings(userID: "me", clientIDPrefix: "c", isInteractive: interactive)
        settings.follows = follows
        settings.patienceMilliseconds = patience
        self.session = RoomSession(settings: settings, seed: 7)
        guard connected else { return }
        _ = play(.start)
        _ = play(.connected)
        _ = play(.received(.history([])))
    }

    mutating func play(_ event: SessionEvent, after milliseconds: Int64 = 0) -> [SessionAction] {
        now += milliseconds
        return session.handle(event, now: now)
    }

    mutating func receive(_ event: ServerEvent) -> [SessionAction] { play(.received(event)) }

    /// Waits for the session's own deadline.
    mutating func untilDeadline() -> [SessionAction] {
        guard let deadline = session.nextDeadline else { return [] }
        now = max(now, deadline)
        return play(.deadline)
    }

    mutating func reconnect(_ end: ConnectionEnd = .closed(nil)) -> [SessionAction] {
        var actions = play(.disconnected(end))
        actions += untilDeadline()
        actions += play(.connected)
        return actions
    }
}

func message(_ number: Int, _ content: String = "text", from user: String = "bob") -> RoomMessage {
    let digits = String(number)
    let id = String(repeating: "0", count: 24 - digits.count) + digits
    return RoomMessage(id: id, seq: Int64(number), userID: user, username: user.uppercased(), content: content)
}

extension [SessionAction] {
    /// The sent lines, as `client_id content`.
    var sent: [String] {
        compactMap { action in
            if case .send(.message(let content, let clientID)) = action { "\(clientID) \(content)" } else { nil }
        }
    }

    var typing: [Bool] {
        compactMap { action in if case .send(.typing(let isTyping)) = action { isTyping } else { nil } }
    }

    /// The numbers of the messages that are shown.
    var shown: [Int64] {
        compactMap { action in if case .show(.message(let message)) = action { message.seq } else { nil } }
    }

    var notices: [String] {
        compactMap { action in if case .show(.notice(let text)) = action { text } else { nil } }
    }

    var information: [String] {
        compactMap { action in if case .show(.information(let text)) = action { text } else { nil } }
    }

    var failures: [String] {
        compactMap { action in if case .show(.failure(let text)) = action { text } else { nil } }
    }

    var finish: SessionExit? {
        compactMap { action in if case .finish(let status) = action { status } else { nil } }.first
    }
}
