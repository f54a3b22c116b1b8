package import BSON

/// The end of a room's log: its last message, or (0, nil) while there is none.
package struct LogTail: Hashable, Sendable {
    package var seq: Int64
    /// Nil for an end of which only the number is known.
    package var id: ObjectID?

    package init(seq: Int64, id: ObjectID?) {
        self.seq = seq
        self.id = id
    }

    package static let empty = LogTail(seq: 0, id: nil)
}
