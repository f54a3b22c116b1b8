/// A person's session in one room, without any I/O: events in, actions out.
///
/// It keeps the connection up with growing waits, shows every message once, keeps each line until the server
/// acknowledged it, and tells when the person types. Times are milliseconds of any clock that does not step back.
package struct RoomSession: Sendable {
    package struct Settings: Sendable {
        /// The user's own id, whose typing is not shown.
        package var userID: String
        /// What the ids of sent lines begin with; no other session may use the same.
        package var clientIDPrefix: String
        /// A person at a terminal: typing is told and shown in the status line.
        package var isInteractive: Bool
        /// Stay after the end of the input.
        package var follows = false
        /// Give up after so long without a connection; `nil`: never.
        package var patienceMilliseconds: Int64?

        package init(userID: String, clientIDPrefix: String, isInteractive: Bool) {
            self.userID = userID
            self.clientIDPrefix = clientIDPrefix
            self.isInteractive = isInteractive
        }
    }

    enum State: Equatable {
        case idle
        case connecting
        /// The socket is open, the history has not come yet.
        case joining(since: Int64)
        case joined
        case waiting(until: Int64)
        case ended
    }

    /// A line without an answer for so long means that the connection is dead.
    static let answerMilliseconds: Int64 = 30_000
    /// A quiet connection is asked with a ping, later given up. Servers send something every 10 s.
    static let pingMilliseconds: Int64 = 20_000
    static let silenceMilliseconds: Int64 = 45_000
    static let firstWaitMilliseconds: Int64 = 300
    static let longestWaitMilliseconds: Int64 = 15_000
    /// No more than one typing notice in so long.
    static let typingMilliseconds: Int64 = 3_000
    /// Without a keystroke for so long, the person no longer types.
    static let typingPauseMilliseconds: Int64 = 5_000
    /// How long the end waits for the room to show the last acknowledged line.
    static let echoMilliseconds: Int64 = 2_000
    /// Lines that may wait before the input has to wait.
    package static let maximumWaitingLines = 500

    let settings: Settings
    var state = State.idle
    var outbox = Outbox()
    var timeline = Timeline()
    var known = KnownMessages()
    var commands = PendingCommands()
    /// Where the session is, as the server calls it.
    var cursor: String?
    /// Who the session is; the server tells one who has only a token.
    var ownID: String
    package internal(set) var roster = Roster()
    var failedAttempts = 0
    var offlineSince: Int64?
    var hasJoinedOnce = false
    var lastHeard: Int64 = 0
    var pingSentAt: Int64?
    var typingSentAt: Int64?
    var lastKeystroke: Int64 = 0
    var sentLines = 0
    var refusedLines = 0
    var inputHasEnded = false
    var isLeaving = false
    var fetchesUnderWay = 0
    /// Commands of a script that wait until everything before them is done.
    var waitingCommands: [LineCommand] = []
    /// The newest acknowledged line, and until when its message is waited for.
    var ownMessage: (id: String, until: Int64)?
    var lastSearch: (text: String, before: String?)?
    private var randomState: UInt64

    /// - Parameter seed: for the jitter of waits.
    package init(settings: Settings, seed: UInt64 = .random(in: .min ... .max)) {
        self.settings = settings
        self.ownID = settings.userID
        self.randomState = seed
    }

    /// - Parameter now: milliseconds.
    package mutating func handle(_ event: SessionEvent, now: Int64) -> [SessionAction] {
        guard state != .ended else { return [] }
        var actions: [SessionAction] = []
        switch event {
        case .start:
            offlineSince = now
            connect(&actions)
        case .connected:
            if state == .connecting { opened(now: now) }
        case .received(let event, let cursor):
            received(event, cursor: cursor, now: now, &actions)
        case .pong:
            heard(now: now)
        case .disconnected(let end):
            disconnected(end, now: now, &actions)
        case .line(let line):
            entered(line, now: now, &actions)
        case .edited(let isEmpty):
            edited(isEmpty: isEmpty, now: now, &actions)
        case .endOfInput:
            inputHasEnded = true
        case .interrupted:
            end(.interrupted, &actions)
        case .older(let result):
            receivedOlder(result, &actions)
        case .found(let result):
            receivedFound(result, &actions)
        case .thread(let result):
            receivedThread(result, &actions)
        case .unread(let result):
            receivedUnread(result, &actions)
        case .deadline:
            break
        }
        checkTimes(now: now, &actions)
        flush(now: now, &actions)
        runWaitingCommands(&actions)
        endIfDone(&actions)
        return actions
    }

    /// When ``SessionEvent/deadline`` is due; `nil` when nothing waits for a time.
    package var nextDeadline: Int64? {
        var deadlines: [Int64?] = []
        switch state {
        case .idle, .ended:
            return nil
        case .connecting:
            break
        case .waiting(let until):
            deadlines.append(until)
        case .joining(let since):
            deadlines.append(since + Self.answerMilliseconds)
        case .joined:
            deadlines.append(lastHeard + (pingSentAt == nil ? Self.pingMilliseconds : Self.silenceMilliseconds))
            deadlines.append(outbox.nextDeadline(answerLimit: Self.answerMilliseconds))
            if typingSentAt != nil { deadlines.append(lastKeystroke + Self.typingPauseMilliseconds) }
            deadlines.append(roster.typingDeadline)
            if let ownMessage { deadlines.append(ownMessage.until) }
        }
        if let offlineSince, let patience = settings.patienceMilliseconds {
            deadlines.append(offlineSince + patience)
        }
        return deadlines.compactMap { $0 }.min()
    }

    /// Whether more lines may be entered now.
    package var takesLines: Bool {
        outbox.count < Self.maximumWaitingLines && waitingCommands.isEmpty && !isLeaving
    }

    /// The room is there, and everything that was asked of it is answered and shown.
    var isSettled: Bool { state == .joined && isIdle }

    private var isIdle: Bool {
        guard outbox.isEmpty, commands.isEmpty, fetchesUnderWay == 0 else { return false }
        // The acknowledgement may come before the message itself, which whoever sent it wants to see.
        guard let ownMessage, state == .joined else { return true }
        return timeline.lastID.map { $0 >= ownMessage.id } ?? false
    }

    /// Whether the end of the input was seen.
    package var inputIsOver: Bool { inputHasEnded }

    package var status: SessionStatus { SessionStatus(self) }

    mutating func end(_ status: SessionExit, _ actions: inout [SessionAction]) {
        state = .ended
        actions.append(.finish(status))
    }

    /// The program ends when the input has ended, or the person leaves, and nothing is waited for any more.
    private mutating func endIfDone(_ actions: inout [SessionAction]) {
        guard state != .ended, isLeaving || (inputHasEnded && !settings.follows) else { return }
        guard isIdle, waitingCommands.isEmpty, hasJoinedOnce || isLeaving else { return }
        end(refusedLines == 0 ? .success : .notSent, &actions)
    }

    /// 0 to 1 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, 2014).
    mutating func randomFraction() -> Double {
        randomState &+= 0x9E37_79B9_7F4A_7C15
        var mixed = randomState
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}
