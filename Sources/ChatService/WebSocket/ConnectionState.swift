/// How far the conversation of one WebSocket is (RFC 6455 section 7): events in, one action out, no I/O.
enum ConnectionState: Equatable {
    /// Not announced to the delegate yet.
    case connecting
    case open
    /// A close frame is sent; `code` is the conversation's close code. Only the peer's close frame still counts.
    case closing(CloseCode?)
    /// The stream cannot be understood any more, or is done with: only the end of the connection still counts.
    case lingering(CloseCode?)
    case closed

    /// What the connection must do.
    enum Action: Equatable {
        case nothing
        /// Send a close frame and wait for the peer's.
        case sendClose
        /// Send a close frame with that code, then close the TCP connection.
        case answerCloseThenDisconnect(CloseCode?)
        /// Send a close frame with that code, then end our half of the TCP connection; the peer ends the other, or the
        /// owner's patience does. Closing at once would reset the connection, and the peer might never see the code.
        case sendCloseThenEndOutput(CloseCode)
        case disconnect
        /// Tell the delegate that it is over.
        case announceEnd(CloseCode?)
    }

    /// Whether messages and pings still count.
    var isOpen: Bool { self == .open }

    /// The owner closes.
    mutating func close(_ code: CloseCode) -> Action {
        switch self {
        case .open:
            self = .closing(code)
            return .sendClose
        case .connecting, .closing, .lingering, .closed:
            return .nothing
        }
    }

    /// The peer's close frame arrived.
    mutating func receivedClose(_ code: CloseCode?) -> Action {
        switch self {
        case .open:
            self = .lingering(code)
            return .answerCloseThenDisconnect(code)
        case .closing(let ours):
            self = .lingering(ours)
            return .disconnect
        case .connecting, .lingering, .closed:
            return .nothing
        }
    }

    /// The peer broke a rule.
    mutating func receivedViolation(_ code: CloseCode) -> Action {
        switch self {
        case .open:
            self = .lingering(code)
            return .sendCloseThenEndOutput(code)
        case .closing(let ours):
            self = .lingering(ours)
            return .disconnect
        case .connecting, .lingering, .closed:
            return .nothing
        }
    }

    /// The peer ended its half of the TCP connection.
    mutating func inputClosed() -> Action {
        switch self {
        case .connecting, .open, .closing, .lingering: .disconnect
        case .closed: .nothing
        }
    }

    /// The TCP connection is gone.
    mutating func disconnected() -> Action {
        switch self {
        case .open:
            self = .closed
            return .announceEnd(nil)
        case .closing(let code), .lingering(let code):
            self = .closed
            return .announceEnd(code)
        case .connecting:
            self = .closed
            return .nothing
        case .closed:
            return .nothing
        }
    }
}
