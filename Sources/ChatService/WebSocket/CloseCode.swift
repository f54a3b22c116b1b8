/// The status code of a WebSocket close frame (RFC 6455 section 7.4, and the service's own codes).
///
/// The service's own codes tell a client what to do: 4000-4499 mean "come back", 4500-4999 mean "stay away".
package struct CloseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    // MARK: RFC 6455 section 7.4.1

    /// 1000: the purpose of the connection is fulfilled.
    package static let normal = CloseCode(rawValue: 1000)
    /// 1001: the endpoint goes away (server shut down, page left).
    package static let goingAway = CloseCode(rawValue: 1001)
    /// 1002: the peer broke the protocol.
    package static let protocolError = CloseCode(rawValue: 1002)
    /// 1003: the peer sent a type of data that is not accepted.
    package static let unsupportedData = CloseCode(rawValue: 1003)
    /// 1007: a text message or a close reason is not valid UTF-8.
    package static let invalidPayload = CloseCode(rawValue: 1007)
    /// 1008: the peer broke a rule that has no code of its own.
    package static let policyViolation = CloseCode(rawValue: 1008)
    /// 1009: a message is larger than this endpoint takes.
    package static let messageTooBig = CloseCode(rawValue: 1009)
    /// 1011: this endpoint met something unexpected.
    package static let internalError = CloseCode(rawValue: 1011)

    // MARK: Come back (4000-4499)

    /// 4000: internal error of the service.
    package static let serviceError = CloseCode(rawValue: 4000)
    /// 4001: the service shuts down.
    package static let shutdown = CloseCode(rawValue: 4001)
    /// 4002: the client reads slower than its room talks.
    package static let tooSlow = CloseCode(rawValue: 4002)
    /// 4003: no pong and no other byte within the time allowed.
    package static let noPong = CloseCode(rawValue: 4003)
    /// 4005: the token expired.
    package static let tokenExpired = CloseCode(rawValue: 4005)
    /// 4006: too many frames in too little time.
    package static let rateLimited = CloseCode(rawValue: 4006)

    // MARK: Stay away (4500-4999)

    /// 4501: the token is not accepted.
    package static let badToken = CloseCode(rawValue: 4501)
    /// 4502: not a member of the room.
    package static let notAMember = CloseCode(rawValue: 4502)
    /// 4503: kicked out of the room.
    package static let kicked = CloseCode(rawValue: 4503)
    /// 4504: banned from the room.
    package static let banned = CloseCode(rawValue: 4504)
    /// 4505: the room no longer exists.
    package static let roomGone = CloseCode(rawValue: 4505)
    /// 4506: too many connections of this user.
    package static let tooManyConnections = CloseCode(rawValue: 4506)
    /// 4507: the client did not authenticate in time.
    package static let noAuthentication = CloseCode(rawValue: 4507)

    /// Whether the code may stand in a close frame on the wire.
    ///
    /// 1004 is reserved, 1005, 1006 and 1015 name things that were not sent, 1016-2999 are the protocol's own future,
    /// and nothing under 1000 or from 5000 on is a code (RFC 6455 section 7.4; IANA's registry for 1012-1014).
    package var isAllowedOnWire: Bool {
        switch self.rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    package var description: String { String(self.rawValue) }
}
