internal import BSON

/// One pass over all messages in the order of `_id`, within one job: numbers them, moves aside what cannot be numbered,
/// and makes rooms, members and users. Whatever ends it, the next pass goes on where it was.
///
/// One cursor reads, since a range of `_id` costs the embedded server a scan of the whole collection; every
/// batch is one transaction, which costs it one write to the disk.
struct AdoptionRun {
    /// Where messages go that cannot be adopted: `{_id, reason, rejected_at, document}`, the document as it was.
    static let rejectedCollection = "messages_rejected"
    private static let batchBytes = 4 * 1024 * 1024

    /// A message that the server refused although it looked right; the pass starts over without it.
    struct Refusal: Error {
        var id: ObjectID
        var reason: String
    }

    let connection: MongoConnection
    let batchCount: Int
    /// Throws when the run is to stop. Asked at least once a batch.
    let checkpoint: () throws -> Void
    /// Told after each batch.
    let progress: (AdoptionCounts) -> Void
    /// Messages that the server refused in an earlier pass.
    let refused: [ObjectID: String]

    private var counts: AdoptionCounts
    private var numbering = Numbering()
    private var people = AdoptionPeople()
    private var updates: [(id: ObjectID, operation: UpdateOperation)] = []
    private var rejected: [(document: BSONDocument, reason: String)] = []
    private var bytes = 0

    init(
        connection: MongoConnection, batchCount: Int, counts: AdoptionCounts, refused: [ObjectID: String],
        checkpoint: @escaping () throws -> Void, progress: @escaping (AdoptionCounts) -> Void
    ) {
        self.connection = connection
        self.batchCount = batchCount
        self.counts = counts
        self.counts.examined = 0
        self.refused = refused
        self.checkpoint = checkpoint
        self.progress = progress
    }

    /// - Throws: ``Refusal``, ``MigrationError`` or `MongoError`.
    mutating func run() throws {
        let options = FindOptions(sort: ["_id": 1], batchSize: batchCount)
        try connection.forEach(Schema.messages.name, [:], options: options) { document in
            try take(document)
            if updates.count + rejected.count >= batchCount || bytes >= Self.batchBytes { try writeBatch() }
            if people.isLarge { try writePeople() }
            return true
        }
        try writeBatch()
        try writePeople()
        try writeRooms()
        progress(counts)
    }

    private mutating func take(_ document: BSONDocument) throws {
        counts.examined += 1
        if counts.examined.isMultiple(of: batchCount) {
            try checkpoint()
            progress(counts)
        }
        if let id = document.objectID("_id"), let reason = refused[id] {
            return reject(document, reason)
        }
        switch StoredMessage(document) {
        case .own(let id, let room, let seq):
            try numbering.pass(id, room: room, seq: seq)
        case .older(let message):
            number(message, size: document.bytes.count)
        case .rejected(let reason):
            reject(document, reason)
        }
    }

    private mutating func reject(_ document: BSONDocument, _ reason: String) {
        rejected.append((document, reason))
        bytes += document.bytes.count
    }

    private mutating func number(_ message: OlderMessage, size: Int) {
        let decision = numbering.decide(message)
        guard let seq = numbering.rooms[message.roomID]?.lastSeq else { return }
        people.add(message, seq: seq)
        let update: BSONDocument
        switch decision {
        case .keep: return
        case .number(let seq): update = message.update(seq: seq)
        case .renumber(let seq):
            update = ["$set": ["seq": .int64(seq)]]
            counts.renumbered += 1
        }
        let filter: BSONDocument = ["_id": .objectID(message.id), "seq": message.seqFound ?? ["$exists": false]]
        updates.append((message.id, UpdateOperation(filter: filter, update: update)))
        bytes += size
    }
}

// MARK: - Writing

extension AdoptionRun {
    private mutating func writeBatch() throws {
        guard !updates.isEmpty || !rejected.isEmpty else { return }
        try checkpoint()
        let (updates, rejected) = (updates, rejected)
        let time = rejected.isEmpty ? 0 : try connection.serverTimeMilliseconds()
        // Before the transaction: older servers make no collection in one.
        if counts.rejected == 0, !rejected.isEmpty { try connection.createCollection(Self.rejectedCollection) }
        try connection.withTransaction { connection in
            try Self.update(updates, connection)
            try Self.moveAside(rejected, from: Schema.messages.name, to: Self.rejectedCollection, time, connection)
        }
        counts.numbered += updates.count
        counts.rejected += rejected.count
        self.updates.removeAll(keepingCapacity: true)
        self.rejected.removeAll(keepingCapacity: true)
        bytes = 0
        progress(counts)
    }

    private static func update(
        _ updates: [(id: ObjectID, operation: UpdateOperation)], _ connection: MongoConnection
    ) throws {
        let outcome = try connection.update(Schema.messages.name, updates.map(\.operation))
        if let first = outcome.writeErrors.first, first.code == .validation, updates.indices.contains(first.index) {
            throw Refusal(id: updates[first.index].id, reason: first.message)
        }
        guard try outcome.checked().matched == updates.count else {
            throw MigrationError(
                .data,
                "messages changed while they were being numbered; stop the older application, then run this again")
        }
    }

    /// Puts documents into another collection, with the reason, and takes them out of their own. Within a transaction.
    static func moveAside(
        _ documents: [(document: BSONDocument, reason: String)], from source: String, to target: String,
        _ timeMilliseconds: Int64, _ connection: MongoConnection
    ) throws {
        guard !documents.isEmpty else { return }
        let ids = documents.map { $0.document["_id"] ?? .null }
        let copies = zip(ids, documents).map { id, rejected in
            UpdateOperation(
                filter: ["_id": id],
                update: [
                    "$set": [
                        "reason": .string(rejected.reason), "rejected_at": .datetime(milliseconds: timeMilliseconds),
                        "document": .document(rejected.document),
                    ]
                ], upsert: true)
        }
        _ = try connection.update(target, copies).checked()
        try connection.delete(source, ["_id": ["$in": .array(BSONArray(ids))]])
    }

    private mutating func writePeople() throws {
        try checkpoint()
        let writer = AdoptionPeopleWriter(connection: connection)
        let made = try writer.write(people)
        counts.members += made.members
        counts.users += made.users
        self.people.removeAll()
    }

    private mutating func writeRooms() throws {
        let rooms = numbering.rooms.filter(\.value.isAdopted).sorted { $0.key < $1.key }
        for start in stride(from: 0, to: rooms.count, by: batchCount) {
            try checkpoint()
            let batch = rooms[start..<min(start + batchCount, rooms.count)].map { name, room in
                UpdateOperation(filter: ["_id": .string(name)], update: Self.upsert(name, room), upsert: true)
            }
            let made = try connection.withTransaction { try $0.update(Schema.rooms.name, batch).checked() }
            counts.rooms += made.upserted.count
        }
    }

    private static func upsert(_ name: String, _ room: Numbering.Room) -> BSONDocument {
        [
            "$setOnInsert": [
                "name": .string(name), "topic": "", "visibility": "public", "created_by": .string(room.firstAuthor),
                "created_at": .datetime(milliseconds: room.firstTimeMilliseconds), "settings": [:],
                "epoch": .int64(1), "first_seq": .int64(1),
            ],
            "$set": [
                "last": [
                    "seq": .int64(room.lastSeq), "_id": room.lastID.map(BSONValue.objectID) ?? .null, "rev": .int64(0),
                ]
            ],
        ]
    }
}

extension OlderMessage {
    /// With its number.
    func update(seq: Int64) -> BSONDocument {
        var fields = update.document("$set") ?? [:]
        fields.append("seq", .int64(seq))
        var update: BSONDocument = ["$set": .document(fields)]
        if let unset = self.update["$unset"] { update.append("$unset", unset) }
        return update
    }
}
