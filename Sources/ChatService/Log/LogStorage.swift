package import BSON
package import Chat

/// The end of a room's log: its last message, or (0, nil) while there is none.
package struct LogTail: Hashable, Sendable {
    package var seq: Int64
    package var id: ObjectID?

    package init(seq: Int64, id: ObjectID?) {
        self.seq = seq
        self.id = id
    }

    package static let empty = LogTail(seq: 0, id: nil)
}

/// How an ordered write of a batch ended.
package enum AppendOutcome: Sendable {
    /// All stored, acknowledged by the majority's journals.
    case stored
    /// The first `count` stored and acknowledged; the next one was refused; those behind it were not tried.
    case refused(after: Int, Refusal)
    /// Nothing is known: some or all may be stored, now or later.
    case unknown(LogStorageError)

    /// Why one document was refused.
    package enum Refusal: Hashable, Sendable {
        /// Its `seq` or its `client_id` is taken.
        case duplicate
        /// The database's validator or a size limit refused it.
        case invalid(String)
    }
}

/// The storage did not answer, or not with what was asked.
package struct LogStorageError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// What the log needs of storage. Called on a lane's own thread only, and blocks it.
package protocol LogStorage {
    /// The room's last message at read concern `majority`.
    /// - Parameter hint: a `seq` to start looking from; it may be behind or beyond the end.
    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail

    /// Messages by `seq`, in order; what is not there is left out.
    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message]

    /// The stored messages with these keys, in any order.
    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message]

    /// Writes in order and stops at the first refusal.
    func append(_ messages: [Message]) -> AppendOutcome

    /// Waits before another attempt, longer each time, some seconds at most.
    func pause(beforeAttempt attempt: Int)
}

/// A thread of its own that runs a lane's jobs one after another, each with the storage to use.
package protocol LaneThread: Sendable {
    func enqueue(_ job: @escaping @Sendable (any LogStorage) -> Void)
}
