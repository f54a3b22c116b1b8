package import BSON

/// A document of `rooms`.
package struct RoomRecord: Sendable, Hashable {
    /// Where the room's log ended when it was last noted, at most about a second ago: a place to start looking, never
    /// the truth.
    package struct Last: Sendable, Hashable {
        package var seq: Int64
        /// Nil while there was no message.
        package var id: ObjectID?
        package var rev: Int64

        package init(seq: Int64, id: ObjectID?, rev: Int64) {
            self.seq = seq
            self.id = id
            self.rev = rev
        }

        /// - Parameter document: nil: nothing was noted.
        init(_ document: BSONDocument?) {
            self.init(
                seq: document?.int64("seq") ?? 0, id: document?.objectID("_id"), rev: document?.int64("rev") ?? 0)
        }
    }

    package var id: String
    package var name: String
    package var topic: String
    package var description = ""
    package var icon = ""
    /// `public`, `private`, `direct` or `group`.
    package var visibility: String
    /// Milliseconds since 1970, as the two that follow; nil: it is not.
    package var archivedAt: Int64?
    package var lockedAt: Int64?
    package var goneAt: Int64?
    /// Counts the acts on the room and its people; 0 on rooms of earlier versions.
    package var revision: Int64 = 0
    /// Nil on rooms adopted from elsewhere.
    package var createdBy: String?
    /// Milliseconds since 1970.
    package var createdAt: Int64
    package var settings: BSONDocument
    /// Raised when the room's order was lost; from 1.
    package var epoch: Int64
    /// The first message that retention left; from 1.
    package var firstSeq: Int64
    package var last: Last

    package init(
        id: String, name: String, topic: String = "", visibility: String = "public", createdBy: String?,
        createdAt: Int64, settings: BSONDocument = BSONDocument(), epoch: Int64 = 1, firstSeq: Int64 = 1,
        last: Last = Last(seq: 0, id: nil, rev: 0)
    ) {
        self.id = id
        self.name = name
        self.topic = topic
        self.visibility = visibility
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.settings = settings
        self.epoch = epoch
        self.firstSeq = firstSeq
        self.last = last
    }
}

extension RoomRecord {
    /// - Throws: `.decoding` when `_id` is no string or `visibility` is missing: who may read the room must not be
    ///   guessed.
    package init(_ document: BSONDocument) throws(MongoError) {
        guard let id = document.string("_id"), let visibility = document.string("visibility") else {
            throw MongoError(.decoding, "room \(document.string("_id") ?? "?") has no string _id or no visibility")
        }
        let last = document.document("last")
        self.init(
            id: id, name: document.string("name") ?? id, topic: document.string("topic") ?? "",
            visibility: visibility, createdBy: document.string("created_by"),
            createdAt: document.milliseconds("created_at") ?? 0,
            settings: document.document("settings") ?? BSONDocument(), epoch: document.int64("epoch") ?? 1,
            firstSeq: max(document.int64("first_seq") ?? 1, 1),
            last: Last(last))
        description = document.string("description") ?? ""
        icon = document.string("icon") ?? ""
        archivedAt = document.milliseconds("archived_at")
        lockedAt = document.milliseconds("locked_at")
        goneAt = document.milliseconds("gone_at")
        revision = document.int64("revision") ?? 0
    }

    /// Everything but `_id`, as it is stored.
    var fields: BSONDocument {
        var writer = BSONWriter(reservingCapacity: 256)
        writer.append("name", name)
        writer.append("topic", topic)
        if !description.isEmpty { writer.append("description", description) }
        if !icon.isEmpty { writer.append("icon", icon) }
        writer.append("visibility", visibility)
        writer.append("revision", revision)
        if let createdBy { writer.append("created_by", createdBy) }
        writer.appendDatetime("created_at", milliseconds: createdAt)
        writer.append("settings", settings)
        writer.append("epoch", epoch)
        writer.append("first_seq", firstSeq)
        writer.document("last") { writer in
            writer.append("seq", last.seq)
            if let id = last.id { writer.append("_id", id) }
            writer.append("rev", last.rev)
        }
        return writer.finish()
    }
}
