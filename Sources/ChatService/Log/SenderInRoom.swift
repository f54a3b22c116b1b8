package import Chat

/// One connection's messages in one room: they are stored in the order in which they were sent.
package struct SenderInRoom: Hashable, Sendable {
    package let sender: UInt64
    package let room: RoomID

    package init(sender: UInt64, room: RoomID) {
        self.sender = sender
        self.room = room
    }
}
