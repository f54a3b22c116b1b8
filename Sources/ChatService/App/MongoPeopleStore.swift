import BSON
import Chat
import MongoStore

/// What users' status needs of storage, met by MongoDB.
struct MongoPeopleStore: PeopleStore {
    let store: MongoChatStore

    func statuses(of users: [UserID]) async throws(ChatError) -> [UserID: UserStatus] {
        let stored = try await store.run("statuses") { try $0.users.statuses(of: users.map(\.rawValue)) }
        return Dictionary(
            stored.map { (UserID(stored: $0.key), UserStatus($0.value)) }, uniquingKeysWith: { first, _ in first })
    }

    func profile(of user: UserID) async throws(ChatError) -> UserProfile? {
        let (record, status) = try await store.run("find user") { connection in
            (
                try connection.users.find(user.rawValue),
                try connection.users.statuses(of: [user.rawValue])[user.rawValue]
            )
        }
        guard let record else { return nil }
        return UserProfile(
            id: user, username: record.displayName, status: status.map(UserStatus.init) ?? .standard,
            lastSeen: record.lastSeen.map(Timestamp.init(milliseconds:)),
            seenBeforeHiding: status?.milliseconds("seen_at").map(Timestamp.init(milliseconds:)))
    }

    func setStatus(_ status: UserStatus, of author: Author) async throws(ChatError) {
        let now = Timestamp.now
        try await store.run("set status") { connection in
            let users = connection.users
            var fields = status.fields
            if status.kind == .invisible {
                // While he hides, the time at which he began to is what others see.
                let before = try users.statuses(of: [author.id.rawValue])[author.id.rawValue]
                let hidBefore = before.map { UserStatus($0).current(at: now).kind == .invisible } ?? false
                let seenAt = hidBefore ? before?.milliseconds("seen_at") : nil
                fields.append("seen_at", .datetime(milliseconds: seenAt ?? now.milliseconds))
            }
            try users.upsertSeen(author.id.rawValue, username: author.username, at: now.milliseconds)
            try users.setStatus(fields, of: author.id.rawValue)
        }
    }

    func noteSeen(_ users: [UserID: Timestamp]) async throws(ChatError) {
        try await store.run("note who was seen") { connection in
            try connection.users.noteSeen(users.map { ($0.key.rawValue, $0.value.milliseconds) })
        }
    }
}

extension UserStatus {
    init(_ fields: BSONDocument) {
        self.init(
            kind: fields.string("status").flatMap(Kind.init(rawValue:)) ?? .online, text: fields.string("text"),
            emoji: fields.string("emoji"),
            expiresAt: fields.milliseconds("expires_at").map(Timestamp.init(milliseconds:)))
    }

    var fields: BSONDocument {
        var fields: BSONDocument = ["status": .string(kind.rawValue)]
        if let text { fields.append("text", .string(text)) }
        if let emoji { fields.append("emoji", .string(emoji)) }
        if let expiresAt { fields.append("expires_at", .datetime(milliseconds: expiresAt.milliseconds)) }
        return fields
    }
}
