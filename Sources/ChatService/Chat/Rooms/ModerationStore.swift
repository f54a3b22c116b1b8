package import BSON

/// What moderation needs of storage besides `RoomStore.commit`. Every method throws `ChatError`.
package protocol ModerationStore: Sendable {
    /// What is kept of one who is no member any more.
    func restriction(of user: UserID, in room: RoomID) async throws(ChatError) -> Restriction?

    /// Bans in the order of the users' ids.
    func bans(of room: RoomID, after user: UserID?, limit: Int) async throws(ChatError) -> [(user: UserID, ban: Ban)]

    /// The newest entries first; `before`: only older ones.
    func audit(of room: RoomID, before: ObjectID?, limit: Int) async throws(ChatError) -> [AuditEntry]

    /// Records what concerns no room.
    func record(_ entry: AuditEntry) async throws(ChatError)

    func invite(code: String) async throws(ChatError) -> Invite?
    /// The invitations of one user to one room.
    func invites(of user: UserID, to room: RoomID) async throws(ChatError) -> [Invite]
    func invites(to room: RoomID, limit: Int) async throws(ChatError) -> [Invite]
    func invites(of user: UserID, limit: Int) async throws(ChatError) -> [Invite]
    /// How many invitations to a room a user has made that still stand.
    func inviteCount(by user: UserID, to room: RoomID) async throws(ChatError) -> Int

    func hasRequest(of user: UserID, to room: RoomID) async throws(ChatError) -> Bool
    /// In the order of the users' ids.
    func requests(to room: RoomID, after user: UserID?, limit: Int) async throws(ChatError) -> [JoinRequest]

    /// Whether the one does not want to hear of the other.
    func hasBlocked(_ user: UserID, _ other: UserID) async throws(ChatError) -> Bool
    /// Whether one of these has blocked another of them.
    func isBlocked(among users: [UserID]) async throws(ChatError) -> Bool
    /// Whether the user has blocked one of the others, or one of them him.
    func isBlocked(between user: UserID, and others: [UserID]) async throws(ChatError) -> Bool
    func block(_ other: UserID, by user: UserID) async throws(ChatError)
    func unblock(_ other: UserID, by user: UserID) async throws(ChatError)
    /// In the order of their ids.
    func blocked(by user: UserID, after: UserID?, limit: Int) async throws(ChatError) -> [UserID]

    func add(_ report: Report) async throws(ChatError)
    /// A user's reports in a room that wait, in no particular order.
    func openReports(by user: UserID, in room: RoomID, limit: Int) async throws(ChatError) -> [Report]
    /// The newest first.
    ///
    /// - Parameter isOpen: whether only those that wait, or only those that are resolved.
    func reports(
        of room: RoomID, isOpen: Bool, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> [Report]
    /// - Returns: false, and nothing is stored, when there is no such report in the room that waits.
    func resolve(
        _ report: ObjectID, in room: RoomID, with resolution: Report.Resolution, _ entry: AuditEntry
    ) async throws(ChatError) -> Bool

    /// When the user's tokens were last revoked: what was issued up to then counts no longer.
    func revocations() async throws(ChatError) -> [UserID: Timestamp]
    func revoke(_ user: UserID, before: Timestamp) async throws(ChatError)
    /// When users' sockets were last ended, in whichever process.
    func disconnections() async throws(ChatError) -> [UserID: Timestamp]
    func disconnect(_ user: UserID, at: Timestamp) async throws(ChatError)
}

/// Somebody asks to be let into a room.
package struct JoinRequest: Hashable, Sendable {
    package var user: UserID
    package var message: String
    package var at: Timestamp

    package init(user: UserID, message: String, at: Timestamp) {
        self.user = user
        self.message = message
        self.at = at
    }
}

/// Somebody tells the moderators of a message.
package struct Report: Hashable, Sendable {
    package struct Resolution: Hashable, Sendable {
        package var by: UserID
        package var at: Timestamp
        package var note: String

        package init(by: UserID, at: Timestamp, note: String) {
            self.by = by
            self.at = at
            self.note = note
        }
    }

    package var id: ObjectID
    package var room: RoomID
    package var message: ObjectID
    /// Who reports; of the word filter: the author himself.
    package var user: UserID
    package var reason: String
    package var at: Timestamp
    /// Nil: it waits.
    package var resolution: Resolution?

    package init(
        id: ObjectID, room: RoomID, message: ObjectID, user: UserID, reason: String, at: Timestamp,
        resolution: Resolution? = nil
    ) {
        self.id = id
        self.room = room
        self.message = message
        self.user = user
        self.reason = reason
        self.at = at
        self.resolution = resolution
    }
}
