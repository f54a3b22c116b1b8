package import BSON

/// The end of a room's log: its last message, or (first_seq - 1, nil) while there is none.
package struct RoomTail: Sendable, Hashable {
    package var seq: Int64
    package var id: ObjectID?

    package init(seq: Int64, id: ObjectID?) {
        self.seq = seq
        self.id = id
    }
}
