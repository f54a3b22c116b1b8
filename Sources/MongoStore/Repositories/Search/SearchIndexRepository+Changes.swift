internal import BSON

extension SearchIndexRepository {
    /// Changes of a room's messages behind a certain one.
    struct Changes {
        /// The last that was read.
        var rev: Int64
        /// Messages whose content may be another now.
        var messages: [ObjectID]
        /// Whether there may be more.
        var isFull: Bool
    }

    static let changesAtOnce: Int64 = 1000
    /// Kinds of changes that add nothing to what a message can be found by.
    private static let harmless: Set<String> = ["reaction", "pinned", "unpinned", "deleted"]

    /// Up to ``changesAtOnce`` changes behind `rev`.
    /// - Returns: nil when those right behind it are gone: then it is not known what was changed.
    func changes(of room: String, after rev: Int64) throws(MongoError) -> Changes? {
        let filter: BSONDocument = [
            "room_id": .string(room), "rev": ["$gte": .int64(rev + 1), "$lte": .int64(rev + Self.changesAtOnce)],
        ]
        let options = FindOptions(
            sort: ["rev": 1], projection: ["rev": 1, "message_id": 1, "change": 1],
            batchSize: Int(Self.changesAtOnce) + 1, source: source)
        var changes = Changes(rev: rev, messages: [], isFull: false)
        for document in try connection.find("changes", filter, options: options) {
            guard document.int64("rev") == changes.rev + 1 else { return nil }
            changes.rev += 1
            guard let id = document.objectID("message_id") else { continue }
            if !Self.harmless.contains(document.string("change") ?? "") { changes.messages.append(id) }
        }
        changes.isFull = changes.rev == rev + Self.changesAtOnce
        return changes
    }

    /// The messages with these ids, as they are now.
    func messages(_ ids: [ObjectID]) throws(MongoError) -> [MessageRecord] {
        let distinct = Array(Set(ids))
        var records: [MessageRecord] = []
        for start in stride(from: 0, to: distinct.count, by: 16) {
            let part = distinct[start..<min(start + 16, distinct.count)].map(BSONValue.objectID)
            let documents = try connection.find(
                MessageRepository.collection, ["_id": ["$in": .array(BSONArray(part))]],
                options: FindOptions(batchSize: part.count + 1, source: source))
            for document in documents { records.append(try MessageRecord(document)) }
        }
        return records
    }
}
