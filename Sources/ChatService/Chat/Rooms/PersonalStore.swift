package import BSON

/// What is stored of one person, to be handed out or to be erased. Every method throws `ChatError`.
package protocol PersonalStore: Sendable {
    /// A user's messages in all rooms, room by room.
    ///
    /// - Returns: `next`: where to go on; nil at the end. A page may be empty, and yet not be the last.
    func messages(
        of user: UserID, after: PersonalPosition?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: PersonalPosition?)

    /// The reactions that a user gave, in no particular order.
    func reactions(of user: UserID, limit: Int) async throws(ChatError) -> [GivenReaction]

    /// A user's name as it is stored, and when he was last seen; nil when nothing is stored.
    func person(_ user: UserID) async throws(ChatError) -> (username: String, lastSeen: Timestamp?)?

    /// Removes the earlier versions of these messages.
    func forgetRevisions(of messages: [ObjectID]) async throws(ChatError)

    /// Removes reactions of a user that cannot be taken back, as their messages are deleted or gone.
    func forgetReactions(of user: UserID, to messages: Set<ObjectID>) async throws(ChatError)

    /// Removes what is only about the user: his name, his blocks and the blocks of him, his requests and invitations, his
    /// words in reports, and memberships of rooms that are gone.
    func forget(_ user: UserID) async throws(ChatError)
}

/// A place among a user's messages.
package struct PersonalPosition: Hashable, Sendable {
    package var room: RoomID
    package var clientID: String

    package init(room: RoomID, clientID: String) {
        self.room = room
        self.clientID = clientID
    }
}

/// A reaction that a user gave.
package struct GivenReaction: Hashable, Sendable {
    package var room: RoomID
    package var message: ObjectID
    package var reaction: Reaction

    package init(room: RoomID, message: ObjectID, reaction: Reaction) {
        self.room = room
        self.message = message
        self.reaction = reaction
    }
}
