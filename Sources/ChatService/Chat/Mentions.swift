package import BSON

/// Whom a message mentions.
package struct Mentions: Hashable, Sendable {
    /// All of a room at once.
    package enum Everyone: String, Hashable, Sendable {
        /// `@here`: who is online in the room at that moment.
        case here
        /// `@room`: every member.
        case room
    }

    /// Members of the room, each once.
    package var users: [UserID]
    package var everyone: Everyone?

    package init(users: [UserID] = [], everyone: Everyone? = nil) {
        self.users = users
        self.everyone = everyone
    }

    package var isEmpty: Bool { users.isEmpty && everyone == nil }

    package static let none = Mentions()
}

/// Whom a message may mention, as it was written: names and ids of which it is not known yet whose they are.
package struct MentionCandidates: Hashable, Sendable {
    /// As they stand in the text behind `@`.
    package var names: [String]
    /// As the client listed them.
    package var ids: [UserID]
    package var everyone: Mentions.Everyone?

    package var isEmpty: Bool { names.isEmpty && ids.isEmpty && everyone == nil }
    /// Whether somebody must be looked up.
    package var namesSomebody: Bool { !names.isEmpty || !ids.isEmpty }

    /// - Parameter listed: user ids that the client gave beside the text.
    /// - Throws: `bad_request` when one of them is none.
    package init(content: String, listed: [String] = []) throws(ChatError) {
        var ids: [UserID] = []
        for text in listed {
            let id = try UserID(text)
            if !ids.contains(id) { ids.append(id) }
        }
        self.ids = ids
        let scan = MentionScan(content)
        names = scan.names
        everyone = scan.everyone
    }
}

/// What mentions need of storage. Every method throws `ChatError`.
package protocol MentionStore: Sendable {
    /// Which of these are members of the room.
    ///
    /// - Parameter names: each is a user's name without regard to case, else a user id.
    func members(
        of room: RoomID, names: [String], ids: [UserID]
    ) async throws(ChatError) -> (names: [String: UserID], ids: Set<UserID>)

    /// Notes that all of a room were mentioned.
    func noteEveryoneMentioned(in message: Message) async throws(ChatError)

    /// Which of these users are members of the room.
    func members(of room: RoomID, among users: [UserID]) async throws(ChatError) -> Set<UserID>

    /// Which of these users are members of the message's room who see it.
    func seeing(_ message: Message, among users: [UserID]) async throws(ChatError) -> Set<UserID>

    /// Which of these users do not want to hear of the author.
    func blocking(_ author: UserID, among users: [UserID]) async throws(ChatError) -> Set<UserID>

    /// Messages that mention the user, the newest first; only of rooms of which he is a member.
    ///
    /// - Returns: and what to pass as `before` to go on; nil at the end.
    func mentions(
        of user: UserID, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: ObjectID?)

    /// The rooms and numbers of the newest messages that mention the user, at most ``UnreadRoom/maximumMentions``.
    func recentMentions(of user: UserID) async throws(ChatError) -> [(room: RoomID, seq: Int64)]
}
