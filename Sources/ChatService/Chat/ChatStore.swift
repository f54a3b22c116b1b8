package import BSON

/// What the rules need of storage: reads and the rare writes. Messages are written through the log.
///
/// Every method throws `ChatError`: `unavailable` when the database does not answer.
package protocol ChatStore: Sendable {
    /// The room, or nil when there is none.
    func room(_ id: RoomID) async throws(ChatError) -> Room?

    /// The room; made as a public one when it is missing. Of many at once one makes it, all get it. Its maker
    /// owns it once he has joined.
    func roomCreatingIfMissing(_ id: RoomID, by user: UserID) async throws(ChatError) -> Room

    /// The room's newest messages, oldest first.
    func newestMessages(of room: Room, limit: Int) async throws(ChatError) -> [Message]

    /// A page of the room's history, oldest first.
    func history(of room: Room, at position: HistoryPosition, limit: Int) async throws(ChatError) -> MessagePage

    /// Messages by `seq`, in order; what is not there is left out.
    func messages(in room: RoomID, seqs: ClosedRange<Int64>) async throws(ChatError) -> [Message]

    /// The messages with these ids, as far as they exist, whatever their rooms.
    func messages(ids: [ObjectID]) async throws(ChatError) -> [ObjectID: Message]

    /// The number of the room's last change; 0 when there is none.
    func lastRev(of room: Room) async throws(ChatError) -> Int64

    /// Changes by `rev`, in order, each with its message as it is now.
    func changes(in room: RoomID, revs: ClosedRange<Int64>) async throws(ChatError) -> [AppliedChange]

    /// What is pinned in the room, the newest pin first.
    ///
    /// - Parameter before: only what was pinned before that.
    /// - Returns: `next`: what to pass as `before` to go on; nil at the end.
    func pins(
        of room: RoomID, before: TimedPosition?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: TimedPosition?)

    /// The roots of the room's threads, those with the newest reply first.
    ///
    /// - Parameter before: only those whose last reply has a lower number.
    func threads(of room: RoomID, before: Int64?, limit: Int) async throws(ChatError) -> [Message]

    /// The newest replies of a thread, oldest first.
    ///
    /// - Parameter before: only replies with a lower number.
    func replies(to root: ObjectID, before: Int64?, limit: Int) async throws(ChatError) -> [Message]

    /// Who gave a message which reaction, the first given first.
    ///
    /// - Parameter after: only those given behind that.
    /// - Returns: `next`: what to pass as `after` to go on; nil at the end.
    func reactions(
        to message: ObjectID, after: TimedPosition?, limit: Int
    ) async throws(ChatError) -> (reactions: [StandingReaction], next: TimedPosition?)

    /// What a message said before, the newest first.
    func revisions(of message: ObjectID, limit: Int) async throws(ChatError) -> [MessageRevision]

    /// Notes where logs end, as hints for a later start and for other processes.
    func note(_ ends: [LogEnd]) async throws(ChatError)

    /// What is noted of those of the rooms that are there.
    func notes(of rooms: [RoomID]) async throws(ChatError) -> [RoomID: RoomNote]

    /// Gives the room a new epoch, unless it has one after this one or is not there.
    func renewEpoch(of room: RoomID, after epoch: Int64) async throws(ChatError)
}

/// A reaction that somebody gave to a message.
package struct StandingReaction: Hashable, Sendable {
    package var user: UserID
    package var reaction: Reaction
    package var at: Timestamp

    package init(user: UserID, reaction: Reaction, at: Timestamp) {
        self.user = user
        self.reaction = reaction
        self.at = at
    }
}

/// What a message said before it was edited or deleted; the newest ``maximumCount`` are kept.
package struct MessageRevision: Hashable, Sendable {
    package var content: String
    package var replacedBy: UserID
    package var replacedAt: Timestamp

    package static let maximumCount = 100

    package init(content: String, replacedBy: UserID, replacedAt: Timestamp) {
        self.content = content
        self.replacedBy = replacedBy
        self.replacedAt = replacedAt
    }
}
