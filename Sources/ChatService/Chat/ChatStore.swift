package import BSON

/// What the rules need of storage: reads and the rare writes. Messages are written through the log.
///
/// Every method throws `ChatError`: `unavailable` when the database does not answer.
package protocol ChatStore: Sendable {
    /// The room, or nil when there is none.
    func room(_ id: RoomID) async throws(ChatError) -> Room?

    /// The room; made as a public one when it is missing. Of many at once one makes it, all get it.
    func roomCreatingIfMissing(_ id: RoomID, by user: UserID) async throws(ChatError) -> Room

    /// The room's newest messages, oldest first.
    func newestMessages(of room: Room, limit: Int) async throws(ChatError) -> [Message]

    /// A page of the room's history, oldest first.
    func history(of room: Room, at position: HistoryPosition, limit: Int) async throws(ChatError) -> MessagePage

    /// Hits, newest first, within a bounded time.
    func search(_ query: SearchQuery, in room: Room) async throws(ChatError) -> MessagePage

    /// Makes the user a member if he is not; notes that he was seen under this name.
    ///
    /// - Parameter lastSeq: the room's newest message, behind which his reading begins.
    func join(_ room: Room, author: Author, lastSeq: Int64) async throws(ChatError)

    /// Whether the user is a member of the room.
    func isMember(_ user: UserID, of room: RoomID) async throws(ChatError) -> Bool

    /// Messages by `seq`, in order; what is not there is left out.
    func messages(in room: RoomID, seqs: ClosedRange<Int64>) async throws(ChatError) -> [Message]

    /// Notes where logs end, as hints for a later start.
    func noteTails(_ tails: [(room: RoomID, seq: Int64, id: ObjectID)]) async throws(ChatError)
}
