package import BSON

/// What one process tells the others, as their sockets are to hear of it: passing news that nothing depends on. One that is
/// lost, as its process ended before it was sent, is missed by those sockets and stands in the lists all the same.
package enum Signal: Hashable, Sendable {
    /// The process is there: the others have somebody to tell.
    case alive
    /// A message mentions somebody.
    case mention(MentionSignal)
    /// Users have read on in rooms.
    case reads([ReadSignal])
    /// A user wants to be seen otherwise: as it is stored.
    case status(UserID)
    /// Something happened to people of a room.
    case people(PeopleSignal)
}

package struct MentionSignal: Hashable, Sendable {
    package var message: ObjectID
    package var mentions: Mentions
    /// The edit that mentions them for the first time; nil: the message does.
    package var edit: ObjectID?

    package init(message: ObjectID, mentions: Mentions, edit: ObjectID? = nil) {
        self.message = message
        self.mentions = mentions
        self.edit = edit
    }
}

package struct ReadSignal: Hashable, Sendable {
    package var room: RoomID
    package var user: UserID
    package var seq: Int64
    /// Whether others are told, too.
    package var isShared: Bool

    package init(room: RoomID, user: UserID, seq: Int64, isShared: Bool) {
        self.room = room
        self.user = user
        self.seq = seq
        self.isShared = isShared
    }
}

/// A signal as it is stored.
package struct SentSignal: Hashable, Sendable {
    /// Made by the sender; ids of one process grow, those of several about with time.
    package var id: ObjectID
    /// The process that sent it.
    package var origin: String
    package var signal: Signal

    package init(id: ObjectID, origin: String, signal: Signal) {
        self.id = id
        self.origin = origin
        self.signal = signal
    }
}

/// What signals need of storage. Every method throws `ChatError`: `unavailable` when the database does not answer.
package protocol SignalStore: Sendable {
    /// Kept for about a minute.
    func send(_ signals: [SentSignal]) async throws(ChatError)

    /// Those with greater ids, at most `limit`, in the order of their ids. What is not understood is left out.
    func signals(after id: ObjectID, limit: Int) async throws(ChatError) -> [SentSignal]
}
