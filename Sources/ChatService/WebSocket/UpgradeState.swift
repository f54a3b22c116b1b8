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

    /// Whether the responder has a request that it has not answered.
    var owesResponse: Bool { self.unanswered > 0 }

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

    private mutating func begin(_ received: HTTPRequestHead) -> ReadAction {
        let verdict = WebSocketHandshake.verdict(on: received)
        if verdict == .valid {
            self.phase = .candidate(received)
            return .keep
        }
        var head = verdict == .malformed ? received.asMalformed : received
        let hasHost = head.settleHost()
        self.unanswered += 1
        guard head.stopsDecoder || !head.isKeepAlive || !hasHost else {
            self.phase = .passing
            return verdict == .malformed ? .replace([.head(head)]) : .pass
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

    /// Sees to it that the request has a `Host` exactly when it is fit to be answered (RFC 9112 section 3.2), since the
    /// responder sees neither the version of HTTP nor whether there were several.
    /// - Returns: whether it has.
    fileprivate mutating func settleHost() -> Bool {
        let hosts = self.headers["host"]
        if hosts.count == 1, hosts[0].utf8.allSatisfy(Self.mayStandInHost) { return true }
        self.headers.remove(name: "host")
        guard hosts.isEmpty, self.version.major == 1, self.version.minor == 0 else { return false }
        self.headers.add(name: "Host", value: "")
        return true
    }

    /// What a host with a port may be made of (RFC 3986 section 3.2.2), so that nothing of it is taken for a path or user.
    private static func mayStandInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
        }
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
