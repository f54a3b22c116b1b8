package import BSON

/// Where a room's messages and changes end, as far as it is known.
package struct LogEnd: Hashable, Sendable {
    package var room: RoomID
    /// Of the last message; 0: none, or not known.
    package var seq: Int64
    package var id: ObjectID?
    /// Of the last change; 0: none, or not known.
    package var rev: Int64

    package init(room: RoomID, seq: Int64 = 0, id: ObjectID? = nil, rev: Int64 = 0) {
        self.room = room
        self.seq = seq
        self.id = id
        self.rev = rev
    }
}
