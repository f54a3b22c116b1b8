import NIOHTTP1

/// The order of requests, responses and upgrade on one HTTP/1.1 connection: events in, actions out, no I/O.
///
/// A request that asks for an upgrade is kept back until it is whole and everything before it is answered; so the
/// upgrade works on any request of a connection. NIO's HTTP decoder reads nothing behind a request that asks for any
/// upgrade, since what follows may be another protocol; so when such a request is not upgraded, it is made the
/// connection's last.
struct UpgradeState {
    private enum Phase {
        case betweenRequests
        /// A request goes to the responder, part by part.
        case passing
        /// A request goes to the responder, part by part, and is the connection's last.
        case passingLast
        /// The head of a valid upgrade request is kept back until the request is whole.
        case candidate(HTTPRequestHead)
        /// A whole upgrade request waits for the responses to earlier ones.
        case waiting(HTTPRequestHead)
        case deciding(HTTPRequestHead)
        case upgraded
        /// The last request went to the responder.
        case ended
    }

    enum ReadAction {
        case pass
        /// Pass these in place of the part read.
        case replace([HTTPServerRequestPart])
        case keep
        case decide(HTTPRequestHead)
    }

    enum DecisionAction {
        case upgrade(HTTPRequestHead)
        case pass([HTTPServerRequestPart])
        case nothing
    }

    private var phase = Phase.betweenRequests
    /// The requests that the responder has and has not answered.
    private var unanswered = 0

    /// Whether bytes of the peer may be read: not while they can only pile up.
    var mayRead: Bool {
        switch self.phase {
        case .waiting, .deciding: false
        case .betweenRequests, .passing, .passingLast, .candidate, .upgraded, .ended: true
        }
    }

    /// Whether the connection does nothing and may be closed at a graceful shutdown.
    var isIdle: Bool {
        switch self.phase {
        case .betweenRequests, .ended: self.unanswered == 0
        case .passing, .passingLast, .candidate, .waiting, .deciding, .upgraded: false
        }
    }

    /// Whether the response now being written is the connection's last.
    var isWritingLastResponse: Bool {
        switch self.phase {
        case .passingLast, .ended: self.unanswered == 1
        case .betweenRequests, .passing, .candidate, .waiting, .deciding, .upgraded: false
        }
    }

    mutating func read(_ part: HTTPServerRequestPart) -> ReadAction {
        switch (self.phase, part) {
        case (.betweenRequests, .head(let head)):
            return self.begin(head)
        case (.passing, .body), (.passingLast, .body):
            return .pass
        case (.passing, .end):
            self.phase = .betweenRequests
            return .pass
        case (.passingLast, .end):
            self.phase = .ended
            return .pass
        case (.candidate(let head), .body):
            self.phase = .passingLast
            self.unanswered += 1
            return .replace([.head(head.asMalformed.asLast), part])
        case (.candidate(let head), .end):
            guard self.unanswered == 0 else {
                self.phase = .waiting(head)
                return .keep
            }
            self.phase = .deciding(head)
            return .decide(head)
        case (.betweenRequests, .body), (.betweenRequests, .end), (.passing, .head), (.passingLast, .head),
            (.candidate, .head), (.waiting, _), (.deciding, _), (.upgraded, _), (.ended, _):
            // The decoder gives none of these; were it to, ignoring them is safe.
            return .keep
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> ReadAction {
        let isMalformed: Bool
        switch WebSocketHandshake.verdict(on: head) {
        case .valid:
            self.phase = .candidate(head)
            return .keep
        case .malformed: isMalformed = true
        case .notAsked, .wrongVersion: isMalformed = false
        }
        let head = isMalformed ? head.asMalformed : head
        self.unanswered += 1
        guard head.stopsDecoder || !head.isKeepAlive else {
            self.phase = .passing
            return isMalformed ? .replace([.head(head)]) : .pass
        }
        self.phase = .passingLast
        return .replace([.head(head.asLast)])
    }

    /// A response is written to its end.
    /// - Returns: the upgrade request that can be decided about now.
    mutating func wroteResponse() -> HTTPRequestHead? {
        self.unanswered = max(0, self.unanswered - 1)
        guard self.unanswered == 0, case .waiting(let head) = self.phase else { return nil }
        self.phase = .deciding(head)
        return head
    }

    mutating func decided(accepted: Bool) -> DecisionAction {
        guard case .deciding(let head) = self.phase else { return .nothing }
        if accepted {
            self.phase = .upgraded
            return .upgrade(head)
        }
        self.phase = .ended
        self.unanswered += 1
        return .pass([.head(head.asLast), .end(nil)])
    }
}

extension HTTPRequestHead {
    /// Whether NIO's decoder (llhttp) takes this for an upgrade and reads nothing behind it.
    fileprivate var stopsDecoder: Bool {
        self.method == .CONNECT
            || (self.headers.contains(name: "upgrade")
                && self.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" })
    }

    /// The same request without the key. The responder sees neither the version of HTTP nor whether there is a body or
    /// what `Connection` said, so this is how it comes to the same verdict.
    fileprivate var asMalformed: HTTPRequestHead {
        var head = self
        head.headers.remove(name: "sec-websocket-key")
        return head
    }

    /// The same request, saying that no other follows: the responder's loop then ends with it.
    fileprivate var asLast: HTTPRequestHead {
        var head = self
        head.headers.replaceOrAdd(name: "connection", value: "close")
        return head
    }
}
