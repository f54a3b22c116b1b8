import BSON
import Chat
import MongoStore

extension Room {
    init(_ record: RoomRecord) {
        self.init(
            id: RoomID(stored: record.id), name: record.name,
            // A kind of a later version is treated as closed: who may read must not be guessed.
            kind: RoomKind(rawValue: record.visibility) ?? .private,
            createdBy: record.createdBy.map(UserID.init(stored:)),
            createdAt: Timestamp(milliseconds: record.createdAt), epoch: record.epoch, firstSeq: record.firstSeq,
            lastSeqHint: record.last.seq, lastRevHint: record.last.rev)
        topic = record.topic
        description = record.description
        icon = record.icon
        settings = RoomSettings(record.settings)
        archivedAt = record.archivedAt.map(Timestamp.init(milliseconds:))
        lockedAt = record.lockedAt.map(Timestamp.init(milliseconds:))
        goneAt = record.goneAt.map(Timestamp.init(milliseconds:))
        revision = record.revision
    }
}

extension RoomRecord {
    init(_ room: Room) {
        self.init(
            id: room.id.rawValue, name: room.name, topic: room.topic, visibility: room.kind.rawValue,
            createdBy: room.createdBy?.rawValue, createdAt: room.createdAt.milliseconds,
            settings: room.settings.document, epoch: room.epoch, firstSeq: room.firstSeq)
        description = room.description
        icon = room.icon
        archivedAt = room.archivedAt?.milliseconds
        lockedAt = room.lockedAt?.milliseconds
        goneAt = room.goneAt?.milliseconds
        revision = room.revision
    }
}

extension RoomSettings {
    /// What is missing, or of a later version, is as the standard.
    init(_ document: BSONDocument) {
        self.init()
        slowModeSeconds = document.int64("slow_mode") ?? 0
        post = document.string("post").flatMap(Circle.init)
        invite = document.string("invite").flatMap(Circle.init)
        mentionRoom = document.string("mention_room").flatMap(Circle.init)
        attach = document.string("attach").flatMap(Circle.init)
        editWindowSeconds = document.int64("edit_window")
        history = document.string("history").flatMap(HistoryVisibility.init) ?? .all
        retentionDays = document.int64("retention_days") ?? 0
        retentionCount = document.int64("retention_count") ?? 0
        wordFilter = (document.array("word_filter")?.documents ?? []).compactMap { entry in
            guard let word = entry.string("word") else { return nil }
            return WordRule(word: word, action: entry.string("action").flatMap(WordRule.Action.init) ?? .block)
        }
        welcome = document.string("welcome") ?? ""
        maximumMembers = document.int64("max_members") ?? 0
        receipts = document.bool("read_receipts") ?? true
    }

    /// Only what differs from the standard.
    var document: BSONDocument {
        var document = BSONDocument()
        if slowModeSeconds > 0 { document.append("slow_mode", .int64(slowModeSeconds)) }
        if let post { document.append("post", .string(post.rawValue)) }
        if let invite { document.append("invite", .string(invite.rawValue)) }
        if let mentionRoom { document.append("mention_room", .string(mentionRoom.rawValue)) }
        if let attach { document.append("attach", .string(attach.rawValue)) }
        if let editWindowSeconds { document.append("edit_window", .int64(editWindowSeconds)) }
        if history != .all { document.append("history", .string(history.rawValue)) }
        if retentionDays > 0 { document.append("retention_days", .int64(retentionDays)) }
        if retentionCount > 0 { document.append("retention_count", .int64(retentionCount)) }
        if !wordFilter.isEmpty {
            let words = wordFilter.map { rule -> BSONDocument in
                ["word": .string(rule.word), "action": .string(rule.action.rawValue)]
            }
            document.append("word_filter", .array(BSONArray(words)))
        }
        if !welcome.isEmpty { document.append("welcome", .string(welcome)) }
        if maximumMembers > 0 { document.append("max_members", .int64(maximumMembers)) }
        if !receipts { document.append("read_receipts", false) }
        return document
    }
}
