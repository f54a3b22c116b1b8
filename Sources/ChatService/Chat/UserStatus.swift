/// How a user wants to be seen.
package struct UserStatus: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case online, away, busy
        /// To others he is not there.
        case invisible
    }

    package var kind: Kind
    /// What he adds in words; nil: nothing.
    package var text: String?
    /// One emoji or a short code.
    package var emoji: String?
    /// From then on it is as if he had said nothing.
    package var expiresAt: Timestamp?

    /// Length of ``text`` in Unicode scalars.
    package static let textLength = 1...100
    /// How far ahead a status may end.
    package static let longestMilliseconds: Int64 = 366 * 86_400_000

    /// What a user has who said nothing.
    package static let standard = UserStatus(kind: .online)

    package init(kind: Kind, text: String? = nil, emoji: String? = nil, expiresAt: Timestamp? = nil) {
        self.kind = kind
        self.text = text
        self.emoji = emoji
        self.expiresAt = expiresAt
    }

    /// As a client sent it.
    ///
    /// - Throws: `bad_request` for an unknown status, a text or an emoji that is too long or none, or an end that is past
    ///   or too far ahead.
    package init(
        status: String, text: String?, emoji: String?, expiresAt: String?, now: Timestamp
    ) throws(ChatError) {
        guard let kind = Kind(rawValue: status) else {
            throw .badRequest("status is online, away, busy or invisible")
        }
        var end: Timestamp?
        if let expiresAt {
            end = Timestamp(rfc3339: expiresAt)
            guard let end else { throw .badRequest("expires_at is a time as RFC 3339 writes it") }
            guard end > now, end.milliseconds - now.milliseconds <= Self.longestMilliseconds else {
                throw .badRequest("expires_at is not within a year from now")
            }
        }
        // An empty text takes the words back, as none does.
        let text = text.flatMap { $0.isEmpty ? nil : $0 }
        if let text {
            guard Self.textLength.contains(text.unicodeScalars.count),
                !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else {
                throw .badRequest("text is at most \(Self.textLength.upperBound) characters without control characters")
            }
        }
        let emoji = emoji.flatMap { $0.isEmpty ? nil : $0 }
        if let emoji, (try? Reaction(emoji)) == nil {
            throw .badRequest("emoji is one emoji or :name:, at most \(Reaction.maximumBytes) bytes")
        }
        self.init(kind: kind, text: text, emoji: emoji, expiresAt: end)
    }

    /// What is left of it now.
    package func current(at now: Timestamp) -> UserStatus {
        if let expiresAt, expiresAt <= now { .standard } else { self }
    }
}

/// A user as others may ask for him.
package struct UserProfile: Hashable, Sendable {
    package var id: UserID
    package var username: String
    package var status: UserStatus
    package var lastSeen: Timestamp?
    /// When he was last seen before he became invisible.
    package var seenBeforeHiding: Timestamp?

    package init(
        id: UserID, username: String, status: UserStatus, lastSeen: Timestamp?, seenBeforeHiding: Timestamp?
    ) {
        self.id = id
        self.username = username
        self.status = status
        self.lastSeen = lastSeen
        self.seenBeforeHiding = seenBeforeHiding
    }
}

/// What users' status needs of storage. Every method throws `ChatError`.
package protocol PeopleStore: Sendable {
    /// Of those who are stored.
    func statuses(of users: [UserID]) async throws(ChatError) -> [UserID: UserStatus]
    func profile(of user: UserID) async throws(ChatError) -> UserProfile?
    func setStatus(_ status: UserStatus, of author: Author) async throws(ChatError)
    /// Moves `last_seen` forward.
    func noteSeen(_ users: [UserID: Timestamp]) async throws(ChatError)
}
