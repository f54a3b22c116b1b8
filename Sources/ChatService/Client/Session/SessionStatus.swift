/// What a person should see at a glance.
package struct SessionStatus: Hashable, Sendable {
    package enum Connection: Hashable, Sendable {
        case connecting
        case connected
        case reconnecting
    }

    package var connection: Connection
    /// How many people are online.
    package var onlineCount: Int
    /// Lines without an acknowledgement.
    package var waitingLines: Int

    init(_ session: RoomSession) {
        self.connection =
            switch session.state {
            case .joined: .connected
            case .idle, .connecting, .joining, .waiting, .ended: session.hasJoinedOnce ? .reconnecting : .connecting
            }
        self.onlineCount = session.roster.count
        self.waitingLines = session.outbox.count
    }
}
