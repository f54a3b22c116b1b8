package import Chat

/// Where stored messages go: the rooms that somebody on this node looks at.
package protocol RoomFeed: Sendable {
    /// What must be read and delivered before these messages; nil when nothing is missing or nobody looks at the room.
    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>?

    /// The room's last delivered message; nil when nobody looks at it.
    func delivered(in room: RoomID) -> Int64?

    /// Shows stored messages of a room, in order, to those who look at it.
    func deliver(_ messages: [Message], in room: RoomID)

    /// Messages of the room that were shown or acknowledged are gone, since a backup was restored or the database
    /// emptied. The room has a new epoch in the database already: whoever looks at it must come anew.
    func rolledBack(_ room: RoomID, from: Int64, to: Int64)
}
