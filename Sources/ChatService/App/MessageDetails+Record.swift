import BSON
import Chat

// The fields of `messages` beyond those that every message has.
extension MessageDetails {
    init(_ fields: BSONDocument) {
        self.init()
        mentions = fields.array("mentions")?.strings.map(UserID.init(stored:)) ?? []
        everyone = fields.string("mentions_everyone").flatMap(Mentions.Everyone.init(rawValue:))
        replyTo = fields.objectID("reply_to")
        threadID = fields.objectID("thread_id")
        thread = fields.document("thread").flatMap(ThreadSummary.init)
        reactions = fields.array("reactions")?.documents.compactMap(ReactionCount.init) ?? []
        editedAt = fields.milliseconds("edited_at").map(Timestamp.init(milliseconds:))
        deletedAt = fields.milliseconds("deleted_at").map(Timestamp.init(milliseconds:))
        deletedBy = fields.string("deleted_by").map(UserID.init(stored:))
        pinnedAt = fields.milliseconds("pinned_at").map(Timestamp.init(milliseconds:))
        pinnedBy = fields.string("pinned_by").map(UserID.init(stored:))
    }

    var fields: BSONDocument {
        var fields = BSONDocument()
        func append(_ key: String, _ time: Timestamp?) {
            if let time { fields.append(key, .datetime(milliseconds: time.milliseconds)) }
        }
        if !mentions.isEmpty { fields.append("mentions", .array(BSONArray(users: mentions))) }
        if let everyone { fields.append("mentions_everyone", .string(everyone.rawValue)) }
        if let replyTo { fields.append("reply_to", .objectID(replyTo)) }
        if let threadID { fields.append("thread_id", .objectID(threadID)) }
        if let thread { fields.append("thread", .document(thread.fields)) }
        if !reactions.isEmpty { fields.append("reactions", .array(BSONArray(reactions.map(\.fields)))) }
        append("edited_at", editedAt)
        append("deleted_at", deletedAt)
        if let deletedBy { fields.append("deleted_by", .string(deletedBy.rawValue)) }
        append("pinned_at", pinnedAt)
        if let pinnedBy { fields.append("pinned_by", .string(pinnedBy.rawValue)) }
        return fields
    }
}

extension ThreadSummary {
    fileprivate init?(_ fields: BSONDocument) {
        guard let count = fields.int64("reply_count"), let last = fields.int64("last_seq") else { return nil }
        self.init(
            replyCount: count, lastSeq: last,
            lastReplyAt: Timestamp(milliseconds: fields.milliseconds("last_reply_at") ?? 0),
            participants: fields.array("participants")?.strings.map(UserID.init(stored:)) ?? [])
    }

    fileprivate var fields: BSONDocument {
        [
            "reply_count": .int64(replyCount), "last_seq": .int64(lastSeq),
            "last_reply_at": .datetime(milliseconds: lastReplyAt.milliseconds),
            "participants": .array(BSONArray(users: participants)),
        ]
    }
}

extension ReactionCount {
    fileprivate init?(_ fields: BSONDocument) {
        guard let reaction = fields.string("reaction"), let count = fields.int64("count") else { return nil }
        self.init(
            reaction: Reaction(stored: reaction), count: count,
            users: fields.array("users")?.strings.map(UserID.init(stored:)) ?? [])
    }

    fileprivate var fields: BSONDocument {
        [
            "reaction": .string(reaction.text), "count": .int64(count), "users": .array(BSONArray(users: users)),
        ]
    }
}

extension BSONArray {
    fileprivate init(users: [UserID]) {
        self.init(users.map { BSONValue.string($0.rawValue) })
    }

    fileprivate var strings: [String] {
        values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
