package import NIOCore

/// Bytes for every subscriber of a topic: whole WebSocket frames, header included, encoded once.
package struct Broadcast: Sendable {
    /// Who of the topic's subscribers gets it.
    package enum Recipients: Sendable {
        case all
        case allExcept(Set<Outlet.ID>)
        case only(Set<Outlet.ID>)

        var isAll: Bool {
            switch self {
            case .all: true
            case .allExcept, .only: false
            }
        }
    }

    package var topic: Topic
    package var frames: ByteBuffer
    /// The last position in the topic's order that these frames bring; a subscriber that has it gets none of them. Nil
    /// for frames that stand outside the order.
    package var position: Int64?
    /// Whether a subscriber that falls behind may miss it, such as typing and presence.
    package var isEphemeral: Bool
    package var recipients: Recipients

    package init(
        topic: Topic, frames: ByteBuffer, position: Int64? = nil, isEphemeral: Bool = false,
        recipients: Recipients = .all
    ) {
        self.topic = topic
        self.frames = frames
        self.position = position
        self.isEphemeral = isEphemeral
        self.recipients = recipients
    }
}
