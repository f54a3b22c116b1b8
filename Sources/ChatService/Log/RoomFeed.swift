package import Chat

/// Where stored messages go: the rooms that somebody on this node looks at.
package protocol RoomFeed: Sendable {
    /// What must be read and delivered before these messages; nil when nothing is missing or nobody looks at the room.
    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>?

    /// The room's last delivered message; nil when nobody looks at it.
    func delivered(in room: RoomID) -> Int64?

    /// Shows stored messages of a room, in order, to those who look at it.
    func deliver(_ messages: [Message], in room: RoomID)

    /// The room's log is shorter than it was: its order cannot be trusted.
    func rolledBack(_ room: RoomID, from: Int64, to: Int64)
}
